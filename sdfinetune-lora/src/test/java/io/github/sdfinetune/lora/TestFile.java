package io.github.sdfinetune.lora;

import io.github.sdfinetune.core.weights.SafetensorsWriter;
import io.github.sdfinetune.core.weights.TensorSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A small adapter file, written key by key. All numbers are 1. */
final class TestFile {
    static final String QUERY = "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q";

    private final Map<String, TensorSource> tensors = new HashMap<>();
    private final Map<String, String> metadata = new HashMap<>();

    TestFile with(String key, long... shape) {
        return with(key, 1, shape);
    }

    TestFile with(String key, float value, long... shape) {
        List<Long> dimensions = new ArrayList<>();
        int count = 1;
        for (long dimension : shape) {
            dimensions.add(dimension);
            count *= (int) dimension;
        }
        float[] values = new float[count];
        Arrays.fill(values, value);
        return with(key, TensorSource.of(dimensions, values));
    }

    TestFile with(String key, TensorSource tensor) {
        tensors.put(key, tensor);
        return this;
    }

    /** A module in diffusers' layout. */
    TestFile withModule(String layer, int in, int rank, int out) {
        return with(layer + ".lora_A.weight", rank, in).with(layer + ".lora_B.weight", out, rank);
    }

    TestFile withSettings(String json) {
        metadata.put(DiffusersLayout.SETTINGS, json);
        return this;
    }

    TestFile withMetadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    Path write(Path file) {
        SafetensorsWriter.write(file, tensors, metadata);
        return file;
    }
}
