package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;

import java.util.OptionalInt;

/**
 * A picture of which a part is repainted; the result has its size, and where the mask is black its very bytes.
 *
 * <pre>{@code
 * Generation.of("a hat").inpainting(Inpainting.of(portrait, mask).withSoftMask().onlyMasked(32))
 * }</pre>
 *
 * @param mask of the picture's size: white is repainted, black stays
 * @param strength 0 to 1, how far the repainted part is turned into noise
 * @param softMask whether gray is a mixture; otherwise values from 128 on count as white, others as black, as in diffusers
 * @param padding if present, only the masked region and so many pixels around it are painted, at the full size of the generation
 */
public record Inpainting(Picture picture, Mask mask, double strength, boolean softMask, OptionalInt padding)
        implements StartingPicture {

    /** @throws IllegalArgumentException if picture and mask differ in size, or a number is out of its range */
    public Inpainting {
        require(
                mask.width() == picture.width() && mask.height() == picture.height(),
                "the mask has %sx%s pixels, the picture %sx%s; they must be equal",
                mask.width(),
                mask.height(),
                picture.width(),
                picture.height());
        StartingPicture.requireStrength(strength);
        padding.ifPresent(pixels -> require(pixels >= 0, "padding must be at least 0, was %s", pixels));
    }

    /** The whole picture at once, with a hard mask and strength 1. */
    public static Inpainting of(Picture picture, Mask mask) {
        return new Inpainting(picture, mask, 1, false, OptionalInt.empty());
    }

    public Inpainting withStrength(double strength) {
        return new Inpainting(picture, mask, strength, softMask, padding);
    }

    /** Lets gray of the mask be a mixture of old and new. */
    public Inpainting withSoftMask() {
        return new Inpainting(picture, mask, strength, true, padding);
    }

    /**
     * Paints the masked region only, at the size of the generation (the model's own if none is asked for), so that small parts get
     * all of the model's detail. Where the picture is too small for a region of these proportions, the region's edges go on outside
     * of it, as in diffusers.
     *
     * @param padding pixels around the region that are seen but stay, at least 0
     */
    public Inpainting onlyMasked(int padding) {
        return new Inpainting(picture, mask, strength, softMask, OptionalInt.of(padding));
    }
}
