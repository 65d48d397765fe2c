package io.github.sdfinetune;

import java.util.Optional;

/**
 * What a pipeline has loaded.
 *
 * @param family for people, such as {@code "Stable Diffusion 1.x"}
 * @param parameters how many numbers the UNet, the VAE and the text encoder hold together
 * @param precision in which they are held
 * @param width of a picture in pixels, as the model was made for
 * @param height of a picture in pixels, as the model was made for
 * @param sizeMultiple width and height of a picture must be multiples of this
 * @param hash the first 10 hexadecimal digits of SHA-256 over the UNet's weight files
 * @param variant the variant of the weight files that was read, such as {@code "fp16"}
 */
public record ModelInfo(
        String family,
        long parameters,
        Precision precision,
        int width,
        int height,
        int sizeMultiple,
        String hash,
        Optional<String> variant) {}
