package io.github.sdfinetune.benchmarks;

import io.github.sdfinetune.Precision;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.UNetConfig;
import io.github.sdfinetune.core.layer.Layers;
import io.github.sdfinetune.core.layer.Layers.Kind;
import io.github.sdfinetune.core.layer.Layers.LayerShape;
import io.github.sdfinetune.core.model.RandomWeights;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.unet.UNet;
import io.github.sdfinetune.core.weights.WeightSource;
import io.github.sdfinetune.core.weights.Weights;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The UNet of Stable Diffusion 1.5 (860 million numbers) with random weights. */
final class RandomUNet {
    static final int TEXT_TOKENS = 77;
    static final int TEXT_DIM = 768;

    private final Numerics numerics;
    private final Map<String, LayerShape> linearLayers = new TreeMap<>();
    private final UNet network;

    /** @param arena owns the weights */
    RandomUNet(Precision precision, Arena arena) {
        numerics = Numerics.of(precision, "cpu");
        // All else is the default of diffusers.
        JsonFile config = JsonFile.parse(Path.of("config.json"), "{\"cross_attention_dim\": " + TEXT_DIM + "}");
        WeightSource weights = listeningForLayers(new RandomWeights(1, numerics, arena));
        network = new UNet(UNetConfig.from(config), Weights.of(weights, numerics, "unet"));
    }

    private WeightSource listeningForLayers(WeightSource weights) {
        return new WeightSource() {
            @Override
            public Tensor get(String name, long... shape) {
                return weights.get(name, shape);
            }

            @Override
            public void linear(String layer, long... shape) {
                linearLayers.put(layer, new LayerShape(Kind.LINEAR, shape[0], shape[1]));
            }
        };
    }

    Numerics numerics() {
        return numerics;
    }

    UNet network() {
        return network;
    }

    Layers layers() {
        return new Layers(linearLayers);
    }
}
