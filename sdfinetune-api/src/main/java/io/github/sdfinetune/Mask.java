package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;

import io.github.sdfinetune.error.PictureFormatException;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What of a picture is repainted: white (255) is, black (0) stays as it is, gray is mixed. Immutable and thread-safe.
 *
 * <pre>{@code
 * Mask sky = Mask.read(Path.of("sky-is-white.png")).blurred(4);
 * }</pre>
 */
public final class Mask {
    private final int width;
    private final int height;
    private final byte[] gray;

    private Mask(int width, int height, byte[] gray) {
        this.width = width;
        this.height = height;
        this.gray = gray;
    }

    /**
     * Reads a picture file as {@link Picture#read} does; colours count by their brightness.
     *
     * @throws PictureFormatException if the file is missing, damaged, no picture, too large or of an unsupported kind
     */
    public static Mask read(Path file) {
        return of(Picture.read(file));
    }

    /** The brightness of a picture: Pillow's {@code convert("L")}. */
    public static Mask of(Picture picture) {
        return new Mask(picture.width(), picture.height(), Luma.of(picture));
    }

    /** The brightness of a picture of the JDK; its alpha, if any, is dropped. */
    public static Mask of(BufferedImage image) {
        return of(Picture.of(image));
    }

    /**
     * A mask of the given values.
     *
     * @param gray 0 to 255 for each pixel of the first row from left to right, then the next; copied
     * @throws IllegalArgumentException if a side is below 1 or the number of bytes is not width · height
     */
    public static Mask of(int width, int height, byte[] gray) {
        require(
                width >= 1 && height >= 1 && gray.length == (long) width * height,
                "a mask of %dx%d needs sides of at least 1 and a byte for each pixel, got %d bytes",
                width,
                height,
                gray.length);
        return new Mask(width, height, gray.clone());
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** 0 to 255 for each pixel of the first row from left to right, then the next; a copy. */
    public byte[] gray() {
        return gray.clone();
    }

    /**
     * The value of one pixel, 0 to 255.
     *
     * @throws IllegalArgumentException if the pixel lies outside
     */
    public int at(int x, int y) {
        require(
                x >= 0 && x < width && y >= 0 && y < height,
                "pixel %d, %d lies outside of a mask of %dx%d",
                x,
                y,
                width,
                height);
        return gray[y * width + x] & 0xff;
    }

    /**
     * With soft edges, for a repainted part that blends into the rest: bit for bit the {@code GaussianBlur} of Pillow, by which
     * diffusers blurs masks. AUTOMATIC1111's web interface uses that of OpenCV, a few of the 255 levels away at its default of 4.
     *
     * @param radius the standard deviation in pixels, at least 0
     */
    public Mask blurred(double radius) {
        require(
                radius >= 0 && radius <= Math.max(width, height),
                "the radius of a blur must be from 0 to the longer side of the mask (%d), was %s",
                Math.max(width, height),
                radius);
        return radius == 0 ? this : new Mask(width, height, GaussianBlur.of(gray, width, height, radius));
    }

    /** Repaints what stayed and keeps what was repainted. */
    public Mask inverted() {
        byte[] inverted = new byte[gray.length];
        for (int i = 0; i < inverted.length; i++) {
            inverted[i] = (byte) ~gray[i];
        }
        return new Mask(width, height, inverted);
    }

    /** Whether the other one is a mask of the same values. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Mask mask && width == mask.width && Arrays.equals(gray, mask.gray);
    }

    @Override
    public int hashCode() {
        return 31 * width + Arrays.hashCode(gray);
    }

    @Override
    public String toString() {
        return "Mask[" + width + "x" + height + "]";
    }
}
