package io.github.sdfinetune.lora;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.TrainerConfig;
import io.github.sdfinetune.core.checkpoint.Component;
import io.github.sdfinetune.core.layer.Layers;
import io.github.sdfinetune.core.layer.Layers.LayerShape;
import io.github.sdfinetune.core.model.Network;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.NoiseSource;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.weights.SafetensorsFile;
import io.github.sdfinetune.core.weights.WeightEntry;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The layers and weights of the model in {@code training/model} of the reference. */
final class TinyModel {
    private TinyModel() {}

    static Layers layers() {
        Path model = ReferenceFolder.get().path("training/model");
        Numerics numerics = Numerics.float32();
        try (Arena arena = new Arena()) {
            Map<String, LayerShape> byName = new TreeMap<>();
            byName.putAll(Network.unet(Component.inFolder(model.resolve("unet"), Optional.empty()), numerics, arena)
                    .layers()
                    .byName());
            byName.putAll(Network.textEncoder(
                            Component.inFolder(model.resolve("text_encoder"), Optional.empty()),
                            "text_encoder",
                            numerics,
                            arena)
                    .layers()
                    .byName());
            return new Layers(byName);
        }
    }

    static WeightEntry weight(String layer) {
        int dot = layer.indexOf('.');
        return file(layer.substring(0, dot)).entry(layer.substring(dot + 1) + ".weight");
    }

    /** A LoRA of which nothing is learned yet. */
    static Adapter newLora(int rank, Map<String, String> metadata) {
        TrainerConfig config = TrainerConfig.lora().rank(rank).build();
        try (NoiseSource initial = NoiseSource.seeded(1);
                NoiseSource dropout = NoiseSource.seeded(2);
                Arena arena = new Arena()) {
            return new LoraAdapterProvider()
                    .create(config, layers(), Numerics.float32(), initial, dropout, arena)
                    .snapshot(metadata);
        }
    }

    private static SafetensorsFile file(String component) {
        String name = component.equals("unet") ? "diffusion_pytorch_model" : "model";
        return SafetensorsFile.open(
                ReferenceFolder.get().path("training/model/" + component + "/" + name + ".safetensors"));
    }
}
