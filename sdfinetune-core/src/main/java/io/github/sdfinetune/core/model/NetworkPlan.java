package io.github.sdfinetune.core.model;

import io.github.sdfinetune.core.checkpoint.Component;
import io.github.sdfinetune.core.config.ClipTextConfig;
import io.github.sdfinetune.core.config.ControlNetConfig;
import io.github.sdfinetune.core.config.UNetConfig;
import io.github.sdfinetune.core.config.VaeConfig;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.text.ClipTextModel;
import io.github.sdfinetune.core.unet.ControlNet;
import io.github.sdfinetune.core.unet.UNet;
import io.github.sdfinetune.core.vae.Autoencoder;
import io.github.sdfinetune.core.weights.KeySpelling;
import io.github.sdfinetune.core.weights.LoadedWeights;
import io.github.sdfinetune.core.weights.WeightFiles;
import io.github.sdfinetune.core.weights.Weights;
import io.github.sdfinetune.error.ModelFormatException;
import java.util.function.Function;

/**
 * How a network is built from its files.
 *
 * @param spelling how the files may spell the names of its weights
 * @param name of the component
 * @param build makes the network of its weights, each of which it asks for once
 */
public record NetworkPlan<T>(WeightFiles files, KeySpelling spelling, String name, Function<Weights, T> build) {

    /** @throws ModelFormatException if its configuration contradicts itself or asks for what is not supported */
    public static NetworkPlan<UNet> unet(Component component) {
        UNetConfig config = UNetConfig.from(component.config());
        return new NetworkPlan<>(component.weights(), KeySpelling.current(), "unet", root -> new UNet(config, root));
    }

    /** @throws ModelFormatException if its configuration contradicts itself or asks for what is not supported */
    public static NetworkPlan<ControlNet> controlNet(Component component) {
        ControlNetConfig config = ControlNetConfig.from(component.config());
        return new NetworkPlan<>(
                component.weights(), KeySpelling.current(), "controlnet", root -> new ControlNet(config, root));
    }

    /** @throws ModelFormatException if its configuration contradicts itself or asks for what is not supported */
    public static NetworkPlan<Autoencoder> vae(Component component) {
        VaeConfig config = VaeConfig.from(component.config());
        return new NetworkPlan<>(component.weights(), KeySpelling.vae(), "vae", root -> new Autoencoder(config, root));
    }

    /**
     * @param name text_encoder or text_encoder_2
     * @throws ModelFormatException if its configuration contradicts itself or asks for what is not supported
     */
    public static NetworkPlan<ClipTextModel> textEncoder(Component component, String name) {
        ClipTextConfig config = ClipTextConfig.from(component.config());
        boolean projected = component.weights().names().contains("text_projection.weight");
        return new NetworkPlan<>(
                component.weights(),
                KeySpelling.textEncoder(),
                name,
                root -> new ClipTextModel(config, root, projected));
    }

    /**
     * Reads the network.
     *
     * @throws ModelFormatException if a tensor is missing, has another shape, or belongs to no layer
     */
    Network<T> load(Numerics numerics, Arena arena) {
        LoadedWeights weights = new LoadedWeights(files, spelling, numerics, arena);
        return Network.of(built(weights, numerics), files, weights);
    }

    /**
     * Checks all that {@link #load} checks without reading a weight.
     *
     * @return the network, of which only the configuration can be used
     * @throws ModelFormatException as {@link #load}
     */
    public T check() {
        try (Arena arena = new Arena()) {
            Numerics numerics = Numerics.float32();
            return built(LoadedWeights.unread(files, spelling, numerics, arena), numerics);
        }
    }

    private T built(LoadedWeights weights, Numerics numerics) {
        T network = build.apply(Weights.of(weights, numerics, name));
        weights.finish();
        return network;
    }
}
