package io.github.sdfinetune;

import java.util.List;

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
 * @param notes what a user may not expect of how the model was loaded, for instance that only a variant of its files was there
 */
public record ModelInfo(
        String family,
        long parameters,
        Precision precision,
        int width,
        int height,
        int sizeMultiple,
        String hash,
        List<String> notes) {
    public ModelInfo {
        notes = List.copyOf(notes);
    }
}
