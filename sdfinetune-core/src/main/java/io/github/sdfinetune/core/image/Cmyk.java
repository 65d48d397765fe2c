package io.github.sdfinetune.core.image;

import java.awt.image.Raster;

/**
 * Pictures for print. Converted by the plain formula that Pillow uses, because the decoder's conversion depends on which colour
 * profiles the operating system happens to have.
 */
final class Cmyk {
    private Cmyk() {}

    /**
     * The colours of a JPEG picture whose samples are inverted, as all programs have written them since Photoshop did.
     *
     * @param raster (height, width, 4) of 8 bits, as stored
     * @param ycck whether cyan, magenta and yellow are stored as luma and chroma
     */
    static RgbImage toRgb(Raster raster, boolean ycck) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        byte[] rgb = new byte[Math.multiplyExact(3 * width, height)];
        int[] row = new int[4 * width];
        for (int y = 0, to = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < row.length; x += 4) {
                if (ycck) {
                    toInvertedCmy(row, x);
                }
                int white = row[x + 3];
                rgb[to++] = ink(row[x], white);
                rgb[to++] = ink(row[x + 1], white);
                rgb[to++] = ink(row[x + 2], white);
            }
        }
        return new RgbImage(width, height, rgb);
    }

    /** In YCCK the luma and chroma of JFIF stand for the complement of the stored samples. */
    private static void toInvertedCmy(int[] samples, int at) {
        double luma = samples[at];
        double blue = samples[at + 1] - 128;
        double red = samples[at + 2] - 128;
        samples[at] = 255 - rounded(luma + 1.402 * red);
        samples[at + 1] = 255 - rounded(luma - 0.344136286 * blue - 0.714136286 * red);
        samples[at + 2] = 255 - rounded(luma + 1.772 * blue);
    }

    private static int rounded(double sample) {
        return Math.min(Math.max((int) Math.floor(sample + 0.5), 0), 255);
    }

    /** {@code inverted} and {@code white} are 255 minus the ink and minus the black. */
    private static byte ink(int inverted, int white) {
        int product = (255 - inverted) * white + 128;
        return (byte) Math.max(white - (((product >> 8) + product) >> 8), 0);
    }
}
