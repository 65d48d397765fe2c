package io.github.sdfinetune.lora.pipeline;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A safetensors file of float32 tensors that a test changes, without the library's own reader and writer. */
final class EditedSafetensors {
    private static final String METADATA = "__metadata__";

    private final Path file;
    private final JsonObject metadata;
    private final SortedMap<String, Tensor> tensors = new TreeMap<>();

    private record Tensor(JsonArray shape, float[] values) {}

    /** A new value for a number. */
    @FunctionalInterface
    interface Change {
        float apply(float value);
    }

    private EditedSafetensors(Path file, JsonObject metadata) {
        this.file = file;
        this.metadata = metadata;
    }

    static EditedSafetensors read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] json = new byte[(int) bytes.getLong()];
        bytes.get(json);
        int start = bytes.position();
        JsonObject header =
                JsonParser.parseString(new String(json, StandardCharsets.UTF_8)).getAsJsonObject();
        EditedSafetensors edited =
                new EditedSafetensors(file, header.remove(METADATA).getAsJsonObject());
        for (String name : header.keySet()) {
            JsonObject entry = header.getAsJsonObject(name);
            JsonArray offsets = entry.getAsJsonArray("data_offsets");
            int begin = offsets.get(0).getAsInt();
            float[] values = new float[(offsets.get(1).getAsInt() - begin) / Float.BYTES];
            bytes.position(start + begin)
                    .slice()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(values);
            edited.tensors.put(name, new Tensor(entry.getAsJsonArray("shape"), values));
        }
        return edited;
    }

    /** A copy. */
    List<String> names() {
        return List.copyOf(tensors.keySet());
    }

    EditedSafetensors clear() {
        tensors.clear();
        return this;
    }

    EditedSafetensors remove(String name) {
        tensors.remove(name);
        return this;
    }

    /** Adds a tensor of zeros, or replaces one. */
    EditedSafetensors put(String name, int... shape) {
        JsonArray dimensions = new JsonArray();
        Arrays.stream(shape).forEach(dimensions::add);
        int count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        tensors.put(name, new Tensor(dimensions, new float[count]));
        return this;
    }

    /** Adds numbers to those of a tensor. */
    EditedSafetensors add(String name, float[] delta) {
        float[] values = Objects.requireNonNull(tensors.get(name)).values;
        for (int i = 0; i < values.length; i++) {
            values[i] += delta[i];
        }
        return this;
    }

    /** Keeps the first columns of matrices. */
    EditedSafetensors narrow(String names, int columns) {
        tensors.replaceAll((name, tensor) -> {
            if (!name.matches(names)) {
                return tensor;
            }
            int rows = tensor.shape.get(0).getAsInt();
            float[] kept = new float[rows * columns];
            for (int row = 0; row < rows; row++) {
                System.arraycopy(tensor.values, row * (tensor.values.length / rows), kept, row * columns, columns);
            }
            JsonArray shape = new JsonArray();
            shape.add(rows);
            shape.add(columns);
            return new Tensor(shape, kept);
        });
        return this;
    }

    /** Gives a tensor another name. */
    EditedSafetensors rename(UnaryOperator<String> naming) {
        Map<String, Tensor> before = new TreeMap<>(tensors);
        tensors.clear();
        before.forEach((name, tensor) -> tensors.put(naming.apply(name), tensor));
        return this;
    }

    /** Changes all numbers of all tensors. */
    EditedSafetensors change(Change change) {
        for (Tensor tensor : tensors.values()) {
            for (int i = 0; i < tensor.values.length; i++) {
                tensor.values[i] = change.apply(tensor.values[i]);
            }
        }
        return this;
    }

    void write() throws IOException {
        JsonObject header = new JsonObject();
        header.add(METADATA, metadata);
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        tensors.forEach((name, tensor) -> {
            JsonObject entry = new JsonObject();
            entry.addProperty("dtype", "F32");
            entry.add("shape", tensor.shape);
            JsonArray offsets = new JsonArray();
            offsets.add(data.size());
            ByteBuffer bytes =
                    ByteBuffer.allocate(Float.BYTES * tensor.values.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(tensor.values);
            data.writeBytes(bytes.array());
            offsets.add(data.size());
            entry.add("data_offsets", offsets);
            header.add(name, entry);
        });
        write(file, header.toString(), data.toByteArray());
    }

    /** Writes a file with any text as its header. */
    static void write(Path file, String header, byte[] data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + json.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(data);
        Files.write(file, bytes.array());
    }
}
