package io.github.sdfinetune.core.image;

import io.github.sdfinetune.Mask;

/** Masks cut and scaled like the pictures that they belong to. */
public final class MaskParts {
    private MaskParts() {}

    /** @throws IllegalArgumentException if the region reaches out of the mask */
    public static Mask crop(Mask mask, Region region) {
        return Mask.of(region.width(), region.height(), samples(mask).crop(region));
    }

    /** Resampled like {@link RgbImage#resized}. */
    public static Mask resized(Mask mask, int width, int height) {
        return Mask.of(width, height, Resampling.of(samples(mask), Resampling.Filter.LANCZOS, width, height));
    }

    /** In the middle of another size like {@link RgbImage#filled}. */
    public static Mask filled(Mask mask, int width, int height) {
        return Mask.of(width, height, Fitting.filled(samples(mask), width, height));
    }

    private static Samples samples(Mask mask) {
        return new Samples(mask.gray(), mask.width(), mask.height(), 1);
    }
}
