package io.github.sdfinetune;

import io.github.sdfinetune.error.OutputException;
import java.awt.image.BufferedImage;
import java.nio.file.Path;

/** A picture that was generated, with what made it. Immutable and thread-safe. */
public interface GeneratedImage {

    int width();

    int height();

    /** The pixels: red, green, blue of the first row from left to right, then the next; a copy. */
    byte[] rgb();

    /** The seed of the generator that made this picture. */
    long seed();

    /** What made the picture, in the form of AUTOMATIC1111's {@code parameters}. */
    String parameters();

    /** The picture as the JDK knows it, of type {@link BufferedImage#TYPE_INT_RGB}. */
    default BufferedImage toBufferedImage() {
        BufferedImage image = new BufferedImage(width(), height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = rgb();
        int[] row = new int[width()];
        for (int y = 0, from = 0; y < height(); y++) {
            for (int x = 0; x < row.length; x++, from += 3) {
                row[x] = (rgb[from] & 0xff) << 16 | (rgb[from + 1] & 0xff) << 8 | (rgb[from + 2] & 0xff);
            }
            image.setRGB(0, y, row.length, 1, row, 0, row.length);
        }
        return image;
    }

    /**
     * Writes the picture as PNG with {@link #parameters} as a text chunk. The file is written beside its target and renamed; an
     * existing file is replaced.
     *
     * @throws OutputException if it can't be written
     */
    void save(Path png);
}
