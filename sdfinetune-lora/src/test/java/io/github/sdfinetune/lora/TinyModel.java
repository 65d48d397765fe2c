package io.github.sdfinetune.lora;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.TrainerConfig;
import io.github.sdfinetune.core.layer.Layers;
import io.github.sdfinetune.core.layer.Layers.LayerShape;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.NoiseSource;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.weights.SafetensorsFile;
import io.github.sdfinetune.core.weights.WeightEntry;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The layers and weights of the model in {@code training/model} of the reference. */
final class TinyModel {
    private TinyModel() {}

    static Layers layers() {
        Map<String, LayerShape> byName = new TreeMap<>();
        for (String component : List.of("unet", "text_encoder")) {
            for (WeightEntry entry : file(component).entries()) {
                List<Long> shape = entry.shape();
                if (entry.name().endsWith(".weight")
                        && shape.size() % 2 == 0
                        && !entry.name().contains("embedding.")) {
                    String path = entry.name().substring(0, entry.name().length() - ".weight".length());
                    long kernel = shape.size() == 4 ? shape.get(3) : 0;
                    byName.put(component + "." + path, new LayerShape(shape.get(0), shape.get(1), kernel));
                }
            }
        }
        return new Layers(byName);
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
