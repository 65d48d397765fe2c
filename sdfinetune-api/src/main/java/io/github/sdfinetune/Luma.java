package io.github.sdfinetune;

/** Gray values of colours, by ITU-R BT.601. */
final class Luma {
    private Luma() {}

    /**
     * The gray picture.
     *
     * @param red weight of red of {@code 1 << bits}; so the others
     * @return a byte a pixel, rounded half up
     */
    static byte[] of(Picture picture, int red, int green, int blue, int bits) {
        byte[] rgb = picture.sharedRgb();
        byte[] gray = new byte[rgb.length / 3];
        int half = 1 << (bits - 1);
        for (int i = 0; i < gray.length; i++) {
            int sum = red * (rgb[3 * i] & 0xff) + green * (rgb[3 * i + 1] & 0xff) + blue * (rgb[3 * i + 2] & 0xff);
            gray[i] = (byte) ((sum + half) >> bits);
        }
        return gray;
    }
}
