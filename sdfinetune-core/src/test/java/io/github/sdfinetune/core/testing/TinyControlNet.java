package io.github.sdfinetune.core.testing;

import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.core.config.ControlNetConfig;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.ScalarType;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.SafetensorsWriter;
import io.github.sdfinetune.core.weights.TensorSource;
import io.github.sdfinetune.core.weights.WeightSource;
import io.github.sdfinetune.core.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Writes ControlNets with random weights for models of {@link io.github.sdfinetune.NewModel#tiny}. */
public final class TinyControlNet {
    private static final String CONFIG = """
            {"_class_name": "ControlNetModel", "block_out_channels": [32, 64],
             "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"], "layers_per_block": 1, "attention_head_dim": 4,
             "cross_attention_dim": 64, "norm_num_groups": 8, "conditioning_embedding_out_channels": [4, 4, 8, 8]""";

    private TinyControlNet() {}

    /**
     * Writes a new folder and loads it.
     *
     * @param moreKeys of the configuration, with apostrophes for quotation marks; the last of a name counts
     */
    public static ControlNet load(Path folder, String moreKeys) throws IOException {
        write(folder, moreKeys);
        return ControlNet.load(folder, LoadOptions.defaults().threads(1));
    }

    public static void write(Path folder, String moreKeys) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve("config.json");
        Files.writeString(file, CONFIG + (moreKeys.isEmpty() ? "" : ", " + moreKeys.replace('\'', '"')) + "}");
        ControlNetConfig config = ControlNetConfig.from(JsonFile.read(file));
        Map<String, TensorSource> tensors = new TreeMap<>();
        try (Scope scope = Scope.open()) {
            WeightSource shapes = (name, shape) -> {
                tensors.put(name, random(name, shape));
                return Tensor.empty(ScalarType.FLOAT32, shape);
            };
            new io.github.sdfinetune.core.unet.ControlNet(config, Weights.of(shapes, Numerics.float32(), "controlnet"));
        }
        SafetensorsWriter.write(folder.resolve("diffusion_pytorch_model.safetensors"), tensors, Map.of("format", "pt"));
    }

    /** Near zero, but where the control picture enters, so that it is seen in the result. */
    private static TensorSource random(String name, long... shape) {
        Random random = new Random(name.hashCode());
        float[] values = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        float deviation = name.startsWith("controlnet_cond_embedding") ? 0.5f : 0.1f;
        for (int i = 0; i < values.length; i++) {
            values[i] = deviation * (float) random.nextGaussian();
        }
        return TensorSource.of(Arrays.stream(shape).boxed().toList(), values);
    }
}
