package io.github.sdfinetune.core.weights;

import com.google.gson.stream.JsonWriter;
import io.github.sdfinetune.core.file.AtomicFile;
import io.github.sdfinetune.error.OutputException;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes safetensors files, byte for byte as the safetensors library does: tensors sorted by type (widest first) and name, the
 * header padded with spaces to a multiple of 8. Metadata, which the library leaves in random order, is sorted by key.
 */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;

    private SafetensorsWriter() {}

    /**
     * Writes a file, replacing one that exists. Tensors are asked for their data one after the other. If anything fails, what
     * was at the target before is still there.
     *
     * @throws OutputException if the file can't be written
     * @throws IllegalArgumentException if a tensor's data has another length than its shape says
     */
    public static void write(Path target, Map<String, TensorSource> tensors, Map<String, String> metadata) {
        List<Map.Entry<String, TensorSource>> sorted = tensors.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, TensorSource> tensor) ->
                                tensor.getValue().dtype())
                        .reversed()
                        .thenComparing(Map.Entry::getKey))
                .toList();
        byte[] header = header(sorted, metadata);
        AtomicFile.write(target, channel -> {
            ByteBuffer start = ByteBuffer.allocate(Long.BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
            AtomicFile.append(channel, start.putLong(header.length).put(header).flip());
            for (Map.Entry<String, TensorSource> tensor : sorted) {
                AtomicFile.append(channel, tensor.getValue().checkedData(tensor.getKey()));
            }
        });
    }

    private static byte[] header(List<Map.Entry<String, TensorSource>> tensors, Map<String, String> metadata) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginObject();
            if (!metadata.isEmpty()) {
                json.name(SafetensorsHeader.METADATA).beginObject();
                for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
                    json.name(entry.getKey()).value(entry.getValue());
                }
                json.endObject();
            }
            long offset = 0;
            for (Map.Entry<String, TensorSource> tensor : tensors) {
                offset = describe(json, tensor.getKey(), tensor.getValue(), offset);
            }
            json.endObject();
        } catch (IOException e) {
            throw new IllegalStateException("a string can always be written to", e);
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        int padding = -bytes.length & (ALIGNMENT - 1);
        byte[] padded = Arrays.copyOf(bytes, bytes.length + padding);
        Arrays.fill(padded, bytes.length, padded.length, (byte) ' ');
        return padded;
    }

    private static long describe(JsonWriter json, String name, TensorSource tensor, long begin) throws IOException {
        if (name.equals(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException("no tensor can be named " + name);
        }
        long end = begin + tensor.bytes();
        json.name(name).beginObject();
        json.name("dtype").value(tensor.dtype().name());
        json.name("shape").beginArray();
        for (long dimension : tensor.shape()) {
            json.value(dimension);
        }
        json.endArray();
        json.name("data_offsets").beginArray().value(begin).value(end).endArray();
        json.endObject();
        return end;
    }
}
