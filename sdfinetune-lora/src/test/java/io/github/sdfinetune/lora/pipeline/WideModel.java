package io.github.sdfinetune.lora.pipeline;

import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.UNetConfig;
import io.github.sdfinetune.core.model.RandomWeights;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.unet.UNet;
import io.github.sdfinetune.core.weights.SafetensorsWriter;
import io.github.sdfinetune.core.weights.TensorSource;
import io.github.sdfinetune.core.weights.WeightSource;
import io.github.sdfinetune.core.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** A tiny model whose UNet is just wide enough to compute in bfloat16. */
final class WideModel {
    private WideModel() {}

    static void write(Path folder) throws IOException {
        NewModel.tiny(1).write(folder);
        new ModelCopy(folder).set("unet/config.json", "block_out_channels", "[64, 64]");
        JsonFile config = JsonFile.read(folder.resolve("unet/config.json"));
        Numerics numerics = Numerics.float32();
        Map<String, TensorSource> tensors = new LinkedHashMap<>();
        try (Arena arena = new Arena()) {
            RandomWeights random = new RandomWeights(3, numerics, arena);
            WeightSource listed = (name, shape) -> {
                Tensor weight = random.get(name, shape);
                tensors.put(name, TensorSource.of(Arrays.stream(shape).boxed().toList(), weight.toFloats()));
                return weight;
            };
            new UNet(UNetConfig.from(config), Weights.of(listed, numerics, "unet"));
        }
        Path file = folder.resolve("unet/diffusion_pytorch_model.safetensors");
        SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
    }
}
