package io.github.sdfinetune.core.image;

/**
 * What the header of a picture's file says.
 *
 * @param width in pixels, of the upright picture
 * @param height in pixels, of the upright picture
 */
public record PictureHeader(PictureFormat format, int width, int height) {}
