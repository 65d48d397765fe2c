package io.github.sdfinetune.core.vae;

import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;

/**
 * The normal distribution that the encoder gives for the latents of a picture.
 *
 * @param moments means, then log-variances, (batch, 2·latentChannels, height/factor, width/factor), float32
 */
public record Posterior(Tensor moments) {

    /** Unscaled, (batch, latentChannels, height/factor, width/factor). */
    public Tensor mean() {
        return moments.narrow(1, 0, moments.size(1) / 2);
    }

    /** The standard deviation, shaped like the mean. */
    public Tensor deviation() {
        return Scope.keeping(() -> logVariance().multiply(0.5).exp());
    }

    /** Kept from -30 to 20, shaped like the mean. */
    public Tensor logVariance() {
        long channels = moments.size(1) / 2;
        return moments.narrow(1, channels, channels).clamp(-30, 20);
    }
}
