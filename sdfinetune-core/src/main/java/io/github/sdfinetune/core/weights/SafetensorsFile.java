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
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
public final class SafetensorsFile {
    private static final int LENGTH_BYTES = 8;
    private static final byte[] LFS_POINTER = "version ".getBytes(StandardCharsets.US_ASCII);

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
        if (Files.isDirectory(path)) {
            throw new ModelFormatException(path, "is a folder, expected a safetensors file");
        }
        try (FileChannel channel = FileChannel.open(path)) {
            int headerBytes = headerBytes(path, channel, limits);
            long dataStart = (long) LENGTH_BYTES + headerBytes;
            SafetensorsHeader header = readHeader(path, channel, headerBytes, limits);
            return new SafetensorsFile(path, header.metadata(), map(path, channel, dataStart, header.tensors()));
        } catch (NoSuchFileException e) {
            throw new ModelFormatException(path, null, "no such file", e);
        } catch (ClosedByInterruptException e) {
            throw new CancelledException(0, 1);
        } catch (CharacterCodingException e) {
            throw new ModelFormatException(path, null, "its header is not encoded in UTF-8", e);
        } catch (IOException e) {
            throw new ModelFormatException(path, null, "can't be read: " + e, e);
        }
    }

    private static int headerBytes(Path path, FileChannel channel, ReadLimits limits) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (length.hasRemaining() && channel.read(length) >= 0) {}
        if (length.hasRemaining()) {
            throw new ModelFormatException(
                    path, "has " + length.position() + " bytes, no safetensors file is so short");
        }
        length.flip();
        if (length.equals(ByteBuffer.wrap(LFS_POINTER))) {
            throw new ModelFormatException(
                    path, "is a Git LFS pointer, not the file itself; get it with \"git lfs pull\"");
        }
        long headerBytes = length.getLong();
        if (headerBytes < 0 || headerBytes > limits.headerBytes()) {
            throw new ModelFormatException(
                    path,
                    "is no safetensors file: a header of " + Long.toUnsignedString(headerBytes)
                            + " bytes, the limit is " + limits.headerBytes());
        }
        if (headerBytes > channel.size() - LENGTH_BYTES) {
            throw new ModelFormatException(
                    path, "is cut off: a header of " + headerBytes + " bytes in a file of " + channel.size());
        }
        return (int) headerBytes;
    }

    private static SafetensorsHeader readHeader(Path path, FileChannel channel, int headerBytes, ReadLimits limits)
            throws IOException {
        ByteBuffer header = ByteBuffer.allocate(headerBytes);
        while (header.hasRemaining() && channel.read(header) >= 0) {}
        InputStream bytes = new ByteArrayInputStream(header.array());
        Reader text = new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder());
        return SafetensorsHeader.parse(path, text, channel.size() - LENGTH_BYTES - headerBytes, limits);
    }

    /** A buffer ends at 2 GiB, so the data is mapped in windows that hold whole tensors. */
    private static Map<String, WeightEntry> map(Path path, FileChannel channel, long dataStart, List<Tensor> tensors)
            throws IOException {
        Map<String, WeightEntry> entries = new LinkedHashMap<>();
        for (int first = 0; first < tensors.size(); ) {
            long begin = tensors.get(first).begin();
            int last = lastOfWindow(tensors, first);
            long length = tensors.get(last).end() - begin;
            ByteBuffer window = channel.map(MapMode.READ_ONLY, dataStart + begin, length);
            for (Tensor tensor : tensors.subList(first, last + 1)) {
                ByteBuffer data = window.slice((int) (tensor.begin() - begin), (int) (tensor.end() - tensor.begin()));
                entries.put(tensor.name(), new WeightEntry(path, tensor.name(), tensor.dtype(), tensor.shape(), data));
            }
            first = last + 1;
        }
        return entries;
    }

    private static int lastOfWindow(List<Tensor> tensors, int first) {
        long most = tensors.get(first).begin() + Integer.MAX_VALUE;
        int last = first;
        while (last + 1 < tensors.size() && tensors.get(last + 1).end() <= most) {
            last++;
        }
        return last;
    }

    public Path path() {
        return path;
    }

    /** What the header says beside the tensors, in the order of the file. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The tensors' names, in the order of their data. */
    public Set<String> names() {
        return entries.keySet();
    }

    /** The tensors, in the order of their data. */
    public Collection<WeightEntry> entries() {
        return entries.values();
    }

    /**
     * A tensor by its name.
     *
     * @throws ModelFormatException if there is none of this name
     */
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
