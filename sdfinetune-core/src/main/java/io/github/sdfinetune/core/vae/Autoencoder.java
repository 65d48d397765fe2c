package io.github.sdfinetune.core.vae;

import io.github.sdfinetune.core.config.VaeConfig;
import io.github.sdfinetune.core.layer.Conv2d;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.ScalarType;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;
import java.util.function.UnaryOperator;

/** The variational autoencoder between pictures and latents. Immutable and thread-safe. */
public final class Autoencoder {
    static final double NORM_EPSILON = 1e-6;

    private final VaeConfig config;
    private final Numerics numerics;
    private final Encoder encoder;
    private final Conv2d quantConv;
    private final Conv2d postQuantConv;
    private final Decoder decoder;

    public Autoencoder(VaeConfig config, Weights weights) {
        this.config = config;
        numerics = weights.numerics();
        int latents = config.latentChannels();
        encoder = new Encoder(config, weights.at("encoder"));
        quantConv = Conv2d.pointwise(weights.at("quant_conv"), 2L * latents, 2L * latents);
        postQuantConv = Conv2d.pointwise(weights.at("post_quant_conv"), latents, latents);
        decoder = new Decoder(config, weights.at("decoder"));
    }

    /** Pixels per latent in each direction. */
    public int factor() {
        return config.scaleFactor();
    }

    /** Channels of the latents. */
    public int latentChannels() {
        return config.latentChannels();
    }

    /** Latents are multiplied by this before the UNet sees them. */
    public double scalingFactor() {
        return config.scalingFactor();
    }

    /** How diffusers tiles with this autoencoder. */
    public Tiling tiling() {
        return Tiling.of(config);
    }

    /**
     * Encodes pictures.
     *
     * @param images (batch, 3, height, width), from -1 to 1
     * @return mean and log-variance of the unscaled latents
     */
    public Posterior encode(Tensor images) {
        return new Posterior(moments(images));
    }

    /**
     * Encodes pictures tile by tile.
     *
     * @param images (batch, 3, height, width), from -1 to 1
     * @param beforeEach is run before each tile; may throw to end the work
     * @return mean and log-variance of the unscaled latents
     * @throws IllegalArgumentException if a tile is no whole number of latents or less than a latent of each is new
     */
    public Posterior encodeTiled(Tensor images, Tiling tiling, Runnable beforeEach) {
        int latents = tiling.tileLatents(factor());
        int stride = tiling.strideLatents(factor());
        Tiles tiles =
                new Tiles(after(beforeEach, this::moments), tiling.tileSize(), stride * factor(), latents, stride);
        return new Posterior(tiles.apply(images));
    }

    /** (batch, 2·latentChannels, height/factor, width/factor) */
    private Tensor moments(Tensor images) {
        return Scope.keeping(
                () -> quantConv.forward(encoder.forward(numerics.enter(images))).as(ScalarType.FLOAT32));
    }

    /**
     * Decodes latents.
     *
     * @param latents (batch, latentChannels, height/factor, width/factor), scaled
     * @return (batch, 3, height, width), from -1 to 1 and a little beyond
     */
    public Tensor decode(Tensor latents) {
        return Scope.keeping(() -> {
            Tensor unscaled = numerics.enter(latents.multiply(1 / config.scalingFactor()));
            return decoder.forward(postQuantConv.forward(unscaled)).as(ScalarType.FLOAT32);
        });
    }

    /**
     * Decodes latents tile by tile.
     *
     * @param latents (batch, latentChannels, height/factor, width/factor), scaled
     * @param beforeEach is run before each tile; may throw to end the work
     * @return (batch, 3, height, width), from -1 to 1 and a little beyond
     * @throws IllegalArgumentException if a tile is no whole number of latents or less than a latent of each is new
     */
    public Tensor decodeTiled(Tensor latents, Tiling tiling, Runnable beforeEach) {
        int stride = tiling.strideLatents(factor());
        Tiles tiles = new Tiles(
                after(beforeEach, this::decode),
                tiling.tileLatents(factor()),
                stride,
                tiling.tileSize(),
                stride * factor());
        return tiles.apply(latents);
    }

    private static UnaryOperator<Tensor> after(Runnable first, UnaryOperator<Tensor> network) {
        return tile -> {
            first.run();
            return network.apply(tile);
        };
    }
}
