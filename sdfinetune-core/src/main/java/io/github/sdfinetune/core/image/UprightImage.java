package io.github.sdfinetune.core.image;

/**
 * A picture as people see it.
 *
 * @param pixels the right way up
 * @param turned whether the file holds it turned or mirrored, as its EXIF orientation said
 */
public record UprightImage(RgbImage pixels, boolean turned) {}
