package io.github.sdfinetune.core.pipeline;

/** Which sizes of pictures a model can take. */
public final class PictureSizes {
    private PictureSizes() {}

    /**
     * Checks a size in pixels.
     *
     * @param name of the size, for the message
     * @param factor of the VAE
     * @throws IllegalArgumentException if the size is no multiple of the factor; the message names the nearest that are
     */
    public static void requireMultiple(String name, int size, int factor) {
        if (size % factor != 0) {
            int below = size / factor * factor;
            throw new IllegalArgumentException(name + " must be a multiple of " + factor + ", was " + size
                    + " (nearest: " + (below == 0 ? "" : below + ", ") + (below + factor) + ")");
        }
    }

    /** Checks a size in both ways. */
    static void requireFits(PixelSize size, int factor) {
        requireMultiple("width", size.width(), factor);
        requireMultiple("height", size.height(), factor);
        requireFitsArray(size.width(), size.height());
    }

    /**
     * Checks that the colours of a picture fit into an array.
     *
     * @throws IllegalArgumentException if they do not
     */
    public static void requireFitsArray(int width, int height) {
        int most = Integer.MAX_VALUE / 3;
        if ((long) width * height > most) {
            throw new IllegalArgumentException(
                    "a picture of " + width + "x" + height + " is too large, expected at most " + most + " pixels");
        }
    }
}
