package io.github.sdfinetune.core.model;

import io.github.sdfinetune.core.config.ClipTextConfig;
import io.github.sdfinetune.core.config.UNetConfig;
import io.github.sdfinetune.core.config.VaeConfig;
import io.github.sdfinetune.core.layer.Layers;
import io.github.sdfinetune.core.layer.Layers.Kind;
import io.github.sdfinetune.core.layer.Layers.LayerShape;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.text.ClipTextModel;
import io.github.sdfinetune.core.unet.UNet;
import io.github.sdfinetune.core.vae.Autoencoder;
import io.github.sdfinetune.core.weights.KeySpelling;
import io.github.sdfinetune.core.weights.LoadedWeights;
import io.github.sdfinetune.core.weights.WeightFiles;
import io.github.sdfinetune.core.weights.Weights;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A network that was read from a component's folder.
 *
 * @param network ready to be used, as long as the arena of its weights is open
 * @param files it was read from, which are no longer mapped into memory
 * @param variant of the files, if they are one
 * @param layers its linear layers and convolutions
 * @param parameters how many numbers it holds
 */
public record Network<T>(T network, List<Path> files, Optional<String> variant, Layers layers, long parameters) {

    /** Reads {@code unet/}. */
    public static Network<UNet> unet(Path folder, Optional<String> variant, Numerics numerics, Arena arena) {
        UNetConfig config = UNetConfig.read(folder);
        WeightFiles files = WeightFiles.open(folder, "diffusion_pytorch_model", variant);
        LoadedWeights weights = new LoadedWeights(files, KeySpelling.current(), numerics, arena);
        return load(files, weights, numerics, "unet", root -> new UNet(config, root));
    }

    /** Reads {@code vae/}. */
    public static Network<Autoencoder> vae(Path folder, Optional<String> variant, Numerics numerics, Arena arena) {
        VaeConfig config = VaeConfig.read(folder);
        WeightFiles files = WeightFiles.open(folder, "diffusion_pytorch_model", variant);
        LoadedWeights weights = new LoadedWeights(files, KeySpelling.vae(), numerics, arena);
        return load(files, weights, numerics, "vae", root -> new Autoencoder(config, root));
    }

    /** Reads {@code text_encoder/}. */
    public static Network<ClipTextModel> textEncoder(
            Path folder, Optional<String> variant, Numerics numerics, Arena arena) {
        ClipTextConfig config = ClipTextConfig.read(folder);
        WeightFiles files = WeightFiles.open(folder, "model", variant);
        LoadedWeights weights = new LoadedWeights(files, KeySpelling.textEncoder(), numerics, arena);
        return load(files, weights, numerics, "text_encoder", root -> new ClipTextModel(config, root));
    }

    private static <T> Network<T> load(
            WeightFiles files, LoadedWeights weights, Numerics numerics, String component, Function<Weights, T> build) {
        T network = build.apply(Weights.of(weights, numerics, component));
        weights.finish();
        return new Network<>(network, files.files(), files.variant(), layers(weights), weights.parameters());
    }

    private static Layers layers(LoadedWeights weights) {
        Map<String, LayerShape> shapes = new TreeMap<>();
        weights.linearLayers()
                .forEach((layer, shape) -> shapes.put(layer, new LayerShape(Kind.LINEAR, shape.get(0), shape.get(1))));
        weights.convolutions()
                .forEach((layer, shape) ->
                        shapes.put(layer, new LayerShape(Kind.CONVOLUTION, shape.get(0), shape.get(1))));
        return new Layers(shapes);
    }
}
