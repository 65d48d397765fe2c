package io.github.sdfinetune.core.model;

import io.github.sdfinetune.core.checkpoint.Component;
import io.github.sdfinetune.core.layer.Layers;
import io.github.sdfinetune.core.layer.Layers.Kind;
import io.github.sdfinetune.core.layer.Layers.LayerShape;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.text.ClipTextModel;
import io.github.sdfinetune.core.unet.ControlNet;
import io.github.sdfinetune.core.unet.UNet;
import io.github.sdfinetune.core.vae.Autoencoder;
import io.github.sdfinetune.core.weights.LoadedWeights;
import io.github.sdfinetune.core.weights.WeightFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A network that was read from a component of a model.
 *
 * @param network ready to be used, as long as the arena of its weights is open
 * @param files it was read from, which are no longer mapped into memory
 * @param variant of the files, if they are one
 * @param layers its linear layers and convolutions
 * @param parameters how many numbers it holds
 */
public record Network<T>(T network, List<Path> files, Optional<String> variant, Layers layers, long parameters) {

    /** Reads a UNet. */
    public static Network<UNet> unet(Component component, Numerics numerics, Arena arena) {
        return NetworkPlan.unet(component).load(numerics, arena);
    }

    /** Reads a ControlNet. */
    public static Network<ControlNet> controlNet(Component component, Numerics numerics, Arena arena) {
        return NetworkPlan.controlNet(component).load(numerics, arena);
    }

    /** Reads a VAE. */
    public static Network<Autoencoder> vae(Component component, Numerics numerics, Arena arena) {
        return NetworkPlan.vae(component).load(numerics, arena);
    }

    /**
     * Reads a text encoder.
     *
     * @param name text_encoder or text_encoder_2
     */
    public static Network<ClipTextModel> textEncoder(Component component, String name, Numerics numerics, Arena arena) {
        return NetworkPlan.textEncoder(component, name).load(numerics, arena);
    }

    static <T> Network<T> of(T network, WeightFiles files, LoadedWeights weights) {
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
