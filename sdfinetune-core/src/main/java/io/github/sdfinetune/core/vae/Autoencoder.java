package io.github.sdfinetune.core.vae;

import io.github.sdfinetune.core.config.VaeConfig;
import io.github.sdfinetune.core.layer.Conv2d;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.ScalarType;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;

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

    /**
     * Encodes pictures.
     *
     * @param images (batch, 3, height, width), from -1 to 1
     * @return mean and log-variance of the unscaled latents
     */
    public Posterior encode(Tensor images) {
        Tensor moments = Scope.keeping(() -> quantConv
                .forward(encoder.forward(numerics.enter(images)))
                .as(ScalarType.FLOAT32)); // (batch, 2·latentChannels, height/factor, width/factor)
        return new Posterior(moments);
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
}
