package io.github.sdfinetune;

/** A picture that a generation starts from, and what is to become of it. */
public sealed interface StartingPicture permits ImageToImage, Inpainting, Outpainting {

    Picture picture();

    /**
     * How far the picture is turned into noise before it is denoised, 0 (not at all) to 1 (wholly): of the steps this share is done,
     * rounded down.
     */
    double strength();

    /** @throws IllegalArgumentException if a strength is not from 0 to 1 */
    static void requireStrength(double strength) {
        Checks.require(strength >= 0 && strength <= 1, "strength must be from 0 to 1, was %s", strength);
    }
}
