package io.github.sdfinetune.core.image;

/**
 * The bytes of a picture with any number of channels, the first row from left to right, then the next; the channels of a pixel
 * stand together.
 */
record Samples(byte[] bytes, int width, int height, int channels) {

    /** The rows and columns of a region. */
    byte[] crop(Region region) {
        Sizes.requireInside(region, width, height);
        int row = region.width() * channels;
        byte[] part = new byte[Math.multiplyExact(row, region.height())];
        for (int y = 0; y < region.height(); y++) {
            System.arraycopy(bytes, ((region.y() + y) * width + region.x()) * channels, part, y * row, row);
        }
        return part;
    }
}
