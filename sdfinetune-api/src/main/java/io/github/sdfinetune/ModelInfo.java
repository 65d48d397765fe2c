package io.github.sdfinetune;

import java.util.List;

/**
 * What a pipeline has loaded.
 *
 * @param family for people, such as {@code "Stable Diffusion 1.x"}
 * @param parameters how many numbers the UNet, the VAE and the text encoder hold together
 * @param precision in which the UNet is held and computes
 * @param prediction what the UNet is taken to predict
 * @param width of a picture in pixels, as the model was made for
 * @param height of a picture in pixels, as the model was made for
 * @param sizeMultiple width and height of a picture must be multiples of this
 * @param notes what a user may not expect of how the model was loaded, for instance that only a variant of its files was there
 */
public record ModelInfo(
        String family,
        long parameters,
        Precision precision,
        Prediction prediction,
        int width,
        int height,
        int sizeMultiple,
        List<String> notes) {
    public ModelInfo {
        notes = List.copyOf(notes);
    }
}
