package io.github.sdfinetune.core.image;

import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Picture;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.util.Locale;

/**
 * The one pixel type: red, green and blue with 8 bits each, taken as they stand in the file (sRGB in practice). Immutable and
 * thread-safe.
 */
public final class RgbImage {
    private final int width;
    private final int height;
    private final byte[] rgb;

    /**
     * A picture of the given pixels.
     *
     * @param rgb red, green, blue of the first row from left to right, then the next; not copied, so not to be changed
     * @throws IllegalArgumentException if a side is below 1 or the number of bytes is not width · height · 3
     */
    public RgbImage(int width, int height, byte[] rgb) {
        if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "a picture of %dx%d needs sides of at least 1 and 3 bytes a pixel, got %d bytes",
                    width,
                    height,
                    rgb.length));
        }
        this.width = width;
        this.height = height;
        this.rgb = rgb;
    }

    /** The pixels of a picture of the API. */
    public static RgbImage of(Picture picture) {
        return new RgbImage(picture.width(), picture.height(), picture.rgb());
    }

    /** The colours of a picture whose alpha, if any, is dropped. */
    public static RgbImage of(BufferedImage image) {
        return of(Picture.of(image));
    }

    /** The samples of a raster of 8 bits, without the colour conversion of the JDK: one or two bands are gray, the others RGB. */
    static RgbImage of(Raster raster) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        int bands = raster.getNumBands();
        int green = bands < 3 ? 0 : 1;
        int blue = bands < 3 ? 0 : 2;
        byte[] rgb = new byte[Math.multiplyExact(3 * width, height)];
        int[] row = new int[width * bands];
        for (int y = 0, to = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < row.length; x += bands) {
                rgb[to++] = (byte) row[x];
                rgb[to++] = (byte) row[x + green];
                rgb[to++] = (byte) row[x + blue];
            }
        }
        return new RgbImage(width, height, rgb);
    }

    /**
     * The picture that a VAE decoded, as diffusers makes it: halved, moved up by a half, cut to [0, 1], times 255, rounded half to
     * even.
     *
     * @param planar (3, height, width), finite, nominally in [-1, 1]
     */
    public static RgbImage fromPlanar(float[] planar, int width, int height) {
        int plane = width * height;
        if (planar.length != 3 * plane) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%d values given, expected 3 x %d x %d = %d",
                    planar.length,
                    height,
                    width,
                    3 * plane));
        }
        byte[] rgb = new byte[3 * plane];
        for (int channel = 0; channel < 3; channel++) {
            for (int i = 0; i < plane; i++) {
                float unit = Math.min(Math.max(planar[channel * plane + i] / 2 + 0.5f, 0), 1);
                rgb[3 * i + channel] = (byte) Math.rint(unit * 255);
            }
        }
        return new RgbImage(width, height, rgb);
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

    /** The pixels as the API hands them out. */
    public Picture toPicture() {
        return Picture.of(width, height, rgb);
    }

    /** The pixels as a network sees them: (3, height, width), in [-1, 1]. */
    public float[] normalised() {
        return planar(2, 1);
    }

    /** The pixels as a ControlNet sees them: (3, height, width), in [0, 1]. */
    public float[] unit() {
        return planar(1, 0);
    }

    private float[] planar(float scale, float shift) {
        int plane = width * height;
        float[] planar = new float[3 * plane];
        for (int i = 0; i < plane; i++) {
            for (int channel = 0; channel < 3; channel++) {
                planar[channel * plane + i] = scale * ((rgb[3 * i + channel] & 0xff) / 255f) - shift;
            }
        }
        return planar;
    }

    /**
     * The largest centred part with the asked aspect ratio, at the asked size: the picture is scaled until it just covers that
     * size, then cropped. Equal to {@code Resize} (bilinear, antialiased, on Pillow pictures) and {@code CenterCrop} of
     * torchvision.
     */
    public RgbImage resizeAndCentreCrop(int width, int height) {
        boolean fitWidth = (long) this.width * height <= (long) this.height * width;
        long coveringWidth = fitWidth ? width : (long) this.width * height / this.height;
        long coveringHeight = fitWidth ? (long) this.height * width / this.width : height;
        byte[] resampled = Resampling.of(
                samples(), Resampling.Filter.BILINEAR, centred(coveringWidth, width), centred(coveringHeight, height));
        return new RgbImage(width, height, resampled);
    }

    /** A half pixel goes to the even side, as Python rounds. */
    private static Resampling.Part centred(long covering, int kept) {
        return new Resampling.Part(covering, (long) Math.rint((covering - kept) / 2.0), kept);
    }

    /** The picture scaled to a size by Lanczos' filter, as diffusers resizes pictures; the aspect ratio is not kept. */
    public RgbImage resized(int width, int height) {
        return new RgbImage(width, height, Resampling.of(samples(), Resampling.Filter.LANCZOS, width, height));
    }

    /** The picture in the middle of a size of perhaps other proportions; its edges go on to both sides. */
    public RgbImage filled(int width, int height) {
        return new RgbImage(width, height, Fitting.filled(samples(), width, height));
    }

    /** The largest centred part with the proportions of a size, at that size; takes out again what {@link #filled} brought in. */
    public RgbImage cropped(int width, int height) {
        return new RgbImage(width, height, Fitting.cropped(samples(), width, height));
    }

    /** @throws IllegalArgumentException if the region reaches out of the picture */
    public RgbImage crop(Region region) {
        return new RgbImage(region.width(), region.height(), samples().crop(region));
    }

    /**
     * The picture with a part of it painted over. Where the mask is black, the bytes stay the same.
     *
     * @param patch the new pixels of the region, of its size
     * @param mask of the size of this picture: white is the patch, gray a mixture
     */
    public RgbImage withPatch(RgbImage patch, Region region, Mask mask) {
        Sizes.requireInside(region, width, height);
        Sizes.require(
                patch.width == region.width() && patch.height == region.height(),
                "a patch of %dx%d does not fit a region of %dx%d",
                patch.width,
                patch.height,
                region.width(),
                region.height());
        Sizes.require(
                mask.width() == width && mask.height() == height,
                "the mask has %dx%d pixels, the picture %dx%d; they must be equal",
                mask.width(),
                mask.height(),
                width,
                height);
        byte[] painted = rgb.clone();
        for (int y = 0, from = 0; y < patch.height; y++) {
            for (int x = 0; x < patch.width; x++) {
                int white = mask.at(region.x() + x, region.y() + y);
                int to = 3 * ((region.y() + y) * width + region.x() + x);
                for (int channel = 0; channel < 3; channel++, from++) {
                    int mixed = (rgb[to + channel] & 0xff) * (255 - white) + (patch.rgb[from] & 0xff) * white;
                    painted[to + channel] = (byte) ((mixed + 127) / 255);
                }
            }
        }
        return new RgbImage(width, height, painted);
    }

    private Samples samples() {
        return new Samples(rgb, width, height, 3);
    }

    /**
     * The picture turned upright.
     *
     * @param orientation as EXIF counts, 1 (is upright) to 8
     */
    RgbImage upright(int orientation) {
        if (orientation == 1) {
            return this;
        }
        boolean swapped = Exif.isOnItsSide(orientation);
        boolean fromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        boolean fromBottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        int uprightWidth = swapped ? height : width;
        int uprightHeight = swapped ? width : height;
        byte[] turned = new byte[rgb.length];
        for (int y = 0, to = 0; y < uprightHeight; y++) {
            for (int x = 0; x < uprightWidth; x++) {
                int column = swapped ? y : x;
                int row = swapped ? x : y;
                int from =
                        3 * ((fromBottom ? height - 1 - row : row) * width + (fromRight ? width - 1 - column : column));
                turned[to++] = rgb[from];
                turned[to++] = rgb[from + 1];
                turned[to++] = rgb[from + 2];
            }
        }
        return new RgbImage(uprightWidth, uprightHeight, turned);
    }
}
