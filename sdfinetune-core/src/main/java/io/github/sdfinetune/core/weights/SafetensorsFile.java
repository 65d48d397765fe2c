package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.core.weights.SafetensorsHeader.Tensor;
import io.github.sdfinetune.error.CancelledException;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file, mapped into memory: opening reads and checks the header only, data comes from the disk when it is touched.
 * Immutable; there is nothing to close, the mapping ends when the last buffer of it is garbage.
 *
 * <p>Format: 8 bytes little-endian length of the header, the header (JSON: name to dtype, shape and offsets, and string to
 * string metadata), the data. See <a href="https://huggingface.co/docs/safetensors">huggingface.co/docs/safetensors</a>.
 */
public final class SafetensorsFile implements WeightFile {
    private static final int LENGTH_BYTES = 8;

    private final Path path;
    private final Map<String, String> metadata;
    private final Map<String, WeightEntry> entries;

    private SafetensorsFile(Path path, Map<String, String> metadata, Map<String, WeightEntry> entries) {
        this.path = path;
        this.metadata = Collections.unmodifiableMap(metadata);
        this.entries = Collections.unmodifiableMap(entries);
    }

    /**
     * Opens a file under the usual limits.
     *
     * @throws ModelFormatException if it is missing, damaged, or lies about its content
     * @throws CancelledException if the thread is interrupted, whose flag stays set
     */
    public static SafetensorsFile open(Path path) {
        return open(path, ReadLimits.defaults());
    }

    /** Opens a file under given limits. */
    public static SafetensorsFile open(Path path, ReadLimits limits) {
        return OpenedFile.read(path, "safetensors file", file -> read(file, limits));
    }

    private static SafetensorsFile read(OpenedFile file, ReadLimits limits) throws IOException {
        int headerBytes = headerBytes(file, limits);
        long dataStart = (long) LENGTH_BYTES + headerBytes;
        ByteBuffer text = file.bytes(LENGTH_BYTES, headerBytes);
        SafetensorsHeader header = readHeader(file.path(), text, file.size() - dataStart, limits);
        return new SafetensorsFile(file.path(), header.metadata(), map(file, dataStart, header.tensors()));
    }

    private static int headerBytes(OpenedFile file, ReadLimits limits) throws IOException {
        if (file.size() < LENGTH_BYTES) {
            throw new ModelFormatException(
                    file.path(), "has " + file.size() + " bytes, no safetensors file is so short");
        }
        long headerBytes = file.bytes(0, LENGTH_BYTES).getLong();
        if (headerBytes < 0 || headerBytes > limits.headerBytes()) {
            throw new ModelFormatException(
                    file.path(),
                    "is no safetensors file: a header of " + Long.toUnsignedString(headerBytes)
                            + " bytes, the limit is " + limits.headerBytes());
        }
        if (headerBytes > file.size() - LENGTH_BYTES) {
            throw new ModelFormatException(
                    file.path(), "is cut off: a header of " + headerBytes + " bytes in a file of " + file.size());
        }
        return (int) headerBytes;
    }

    private static SafetensorsHeader readHeader(Path path, ByteBuffer header, long dataBytes, ReadLimits limits)
            throws IOException {
        InputStream bytes = new ByteArrayInputStream(header.array(), header.arrayOffset(), header.remaining());
        Reader text = new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder());
        try {
            return SafetensorsHeader.parse(path, text, dataBytes, limits);
        } catch (CharacterCodingException e) {
            throw new ModelFormatException(path, null, "its header is not encoded in UTF-8", e);
        }
    }

    private static Map<String, WeightEntry> map(OpenedFile file, long dataStart, List<Tensor> tensors)
            throws IOException {
        List<ByteBuffer> data = file.map(tensors.stream()
                .map(tensor -> new OpenedFile.Range(dataStart + tensor.begin(), dataStart + tensor.end()))
                .toList());
        Map<String, WeightEntry> entries = new LinkedHashMap<>();
        for (int i = 0; i < data.size(); i++) {
            Tensor tensor = tensors.get(i);
            entries.put(
                    tensor.name(),
                    new WeightEntry(file.path(), tensor.name(), tensor.dtype(), tensor.shape(), data.get(i)));
        }
        return entries;
    }

    @Override
    public Path path() {
        return path;
    }

    /** What the header says beside the tensors, in the order of the file. */
    @Override
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The tensors' names, in the order of their data. */
    @Override
    public Set<String> names() {
        return entries.keySet();
    }

    /** The tensors, in the order of their data. */
    @Override
    public Collection<WeightEntry> entries() {
        return entries.values();
    }

    @Override
    public WeightEntry entry(String name) {
        WeightEntry entry = entries.get(name);
        if (entry == null) {
            throw new ModelFormatException(path, name, "has no tensor '" + name + "'");
        }
        return entry;
    }

    /** The elements of a tensor as floats; see {@link WeightEntry#floats()}. */
    public float[] floats(String name) {
        return entry(name).floats();
    }

    /** The elements of a tensor of an integer type; see {@link WeightEntry#longs()}. */
    public long[] longs(String name) {
        return entry(name).longs();
    }
}
