package io.github.sdfinetune.core.image;

import java.util.Locale;

/** Argument checks with messages that say what would be right. */
final class Sizes {
    private Sizes() {}

    static void require(boolean condition, String message, Object... arguments) {
        if (!condition) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, message, arguments));
        }
    }

    static void requireInside(Region region, int width, int height) {
        require(
                (long) region.x() + region.width() <= width && (long) region.y() + region.height() <= height,
                "a region of %dx%d at %d, %d reaches out of a picture of %dx%d",
                region.width(),
                region.height(),
                region.x(),
                region.y(),
                width,
                height);
    }
}
