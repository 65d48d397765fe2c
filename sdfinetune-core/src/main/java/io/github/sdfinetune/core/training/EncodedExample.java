package io.github.sdfinetune.core.training;

import io.github.sdfinetune.core.vae.Posterior;

/**
 * A picture and its caption as the networks see them, computed once before training.
 *
 * @param name of the picture's file
 * @param mean of the unscaled latents, (channels, height/8, width/8)
 * @param deviation of the unscaled latents, shaped like the mean
 * @param text states of the caption, (textTokens, dim)
 */
public record EncodedExample(String name, float[] mean, float[] deviation, float[] text) {

    /**
     * @param posterior of one picture
     * @param text states of the caption, (textTokens, dim)
     */
    public static EncodedExample of(String name, Posterior posterior, float[] text) {
        return new EncodedExample(
                name, posterior.mean().toFloats(), posterior.deviation().toFloats(), text);
    }
}
