package io.github.sdfinetune;

/** Gray values of colours, by ITU-R BT.601 and with the rounding of Pillow's mode {@code L}. */
final class Luma {
    private static final int FRACTION_BITS = 16;
    private static final int RED = 19595;
    private static final int GREEN = 38470;
    private static final int BLUE = 7471;

    private Luma() {}

    /**
     * The gray picture.
     *
     * @return a byte a pixel, rounded half up
     */
    static byte[] of(Picture picture) {
        byte[] rgb = picture.sharedRgb();
        byte[] gray = new byte[rgb.length / 3];
        int half = 1 << (FRACTION_BITS - 1);
        for (int i = 0; i < gray.length; i++) {
            int sum = RED * (rgb[3 * i] & 0xff) + GREEN * (rgb[3 * i + 1] & 0xff) + BLUE * (rgb[3 * i + 2] & 0xff);
            gray[i] = (byte) ((sum + half) >> FRACTION_BITS);
        }
        return gray;
    }
}
