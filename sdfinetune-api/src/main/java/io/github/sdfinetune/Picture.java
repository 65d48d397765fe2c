package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;

import io.github.sdfinetune.error.OutputException;
import io.github.sdfinetune.error.PictureFormatException;
import io.github.sdfinetune.spi.EngineProvider;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A picture in memory: red, green and blue with 8 bits each, in sRGB. Immutable and thread-safe.
 *
 * <pre>{@code
 * Picture sketch = Picture.read(Path.of("sketch.jpg"));
 * }</pre>
 */
public final class Picture {
    private final int width;
    private final int height;
    private final byte[] rgb;

    private Picture(int width, int height, byte[] rgb) {
        this.width = width;
        this.height = height;
        this.rgb = rgb;
    }

    /**
     * Reads a JPEG, PNG, WebP, GIF, BMP or TIFF file, told by its content, and turns it upright by its EXIF orientation.
     * Transparency is dropped, colour profiles are ignored; of an animation the first frame counts.
     *
     * @throws PictureFormatException if the file is missing, damaged, no picture, too large or of an unsupported kind
     */
    public static Picture read(Path file) {
        return EngineProvider.find().readPicture(file);
    }

    /**
     * A picture of the given pixels.
     *
     * @param rgb red, green, blue of the first row from left to right, then the next; copied
     * @throws IllegalArgumentException if a side is below 1 or the number of bytes is not width · height · 3
     */
    public static Picture of(int width, int height, byte[] rgb) {
        require(
                width >= 1 && height >= 1 && rgb.length == 3L * width * height,
                "a picture of %dx%d needs sides of at least 1 and 3 bytes a pixel, got %d bytes",
                width,
                height,
                rgb.length);
        return new Picture(width, height, rgb.clone());
    }

    /** A picture of the JDK, whose alpha, if any, is dropped. Gray keeps its numbers: the JDK would brighten it. */
    public static Picture of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[Math.multiplyExact(3 * width, height)];
        int[] row = new int[width];
        for (int y = 0, to = 0; y < height; y++) {
            readRow(image, y, row);
            for (int pixel : row) {
                rgb[to++] = (byte) (pixel >> 16);
                rgb[to++] = (byte) (pixel >> 8);
                rgb[to++] = (byte) pixel;
            }
        }
        return new Picture(width, height, rgb);
    }

    private static void readRow(BufferedImage image, int y, int[] row) {
        if (isGray(image.getColorModel())) {
            image.getRaster().getSamples(0, y, row.length, 1, 0, row);
            int excessBits = image.getColorModel().getComponentSize(0) - 8;
            for (int x = 0; x < row.length; x++) {
                row[x] = (row[x] >> excessBits) * 0x010101;
            }
        } else {
            image.getRGB(0, y, row.length, 1, row, 0, row.length);
        }
    }

    private static boolean isGray(ColorModel model) {
        return model instanceof ComponentColorModel
                && model.getColorSpace().getType() == ColorSpace.TYPE_GRAY
                && (model.getTransferType() == DataBuffer.TYPE_BYTE
                        || model.getTransferType() == DataBuffer.TYPE_USHORT);
    }

    /**
     * Pictures side by side in rows, from the left, in as many columns as rows or one more; what the last row lacks is black. Those of a
     * generation are better joined by {@link GeneratedImage#grid}, which keeps what made them.
     *
     * @throws IllegalArgumentException if there are none, or if they differ in size
     */
    public static Picture grid(List<Picture> pictures) {
        return PictureGrid.of(pictures);
    }

    /**
     * Writes the picture as a PNG file that says nothing of what made it. The file is written beside its target and renamed; an existing
     * file is replaced.
     *
     * @throws OutputException if it can't be written
     */
    public void save(Path png) {
        EngineProvider.find().writePicture(this, png);
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** Red, green, blue of the first row from left to right, then the next; a copy. */
    public byte[] rgb() {
        return rgb.clone();
    }

    /** The same bytes as {@link #rgb} without the copy, for reading. */
    byte[] sharedRgb() {
        return rgb;
    }

    /** The picture as the JDK knows it, of type {@link BufferedImage#TYPE_INT_RGB}. */
    public BufferedImage toBufferedImage() {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int[] row = new int[width];
        for (int y = 0, from = 0; y < height; y++) {
            for (int x = 0; x < width; x++, from += 3) {
                row[x] = (rgb[from] & 0xff) << 16 | (rgb[from + 1] & 0xff) << 8 | (rgb[from + 2] & 0xff);
            }
            image.setRGB(0, y, width, 1, row, 0, width);
        }
        return image;
    }

    /** Whether the other one is a picture of the same pixels. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Picture picture && width == picture.width && Arrays.equals(rgb, picture.rgb);
    }

    @Override
    public int hashCode() {
        return 31 * width + Arrays.hashCode(rgb);
    }

    @Override
    public String toString() {
        return "Picture[" + width + "x" + height + "]";
    }
}
