package io.github.sdfinetune.core.image;

/**
 * Brings pictures into a size of perhaps other proportions and keeps their own: the resize modes "fill" and "crop" of diffusers,
 * bit for bit, which AUTOMATIC1111's web interface has too.
 */
final class Fitting {
    private final byte[] inner;
    private final int width;
    private final int height;
    private final int channels;

    private Fitting(Samples picture, int width, int height) {
        inner = Resampling.of(picture, Resampling.Filter.LANCZOS, width, height);
        this.width = width;
        this.height = height;
        channels = picture.channels();
    }

    /** The whole picture in the middle; its edges go on to both sides where it is too narrow or too low. */
    static byte[] filled(Samples picture, int width, int height) {
        Sizes.require(width >= 1 && height >= 1, "a picture has sides of at least 1, wanted %dx%d", width, height);
        boolean bandsAboveAndBelow = isWider(picture, width, height);
        int innerWidth = bandsAboveAndBelow ? width : side(picture.width(), height, picture.height());
        int innerHeight = bandsAboveAndBelow ? side(picture.height(), width, picture.width()) : height;
        return new Fitting(picture, innerWidth, innerHeight).within(width, height);
    }

    /** The largest centred part of these proportions. */
    static byte[] cropped(Samples picture, int width, int height) {
        Sizes.require(width >= 1 && height >= 1, "a picture has sides of at least 1, wanted %dx%d", width, height);
        boolean cutAtSides = isWider(picture, width, height);
        long innerWidth = cutAtSides ? (long) picture.width() * height / picture.height() : width;
        long innerHeight = cutAtSides ? height : (long) picture.height() * width / picture.width();
        return Resampling.of(
                picture,
                Resampling.Filter.LANCZOS,
                new Resampling.Part(innerWidth, innerWidth / 2 - width / 2, width),
                new Resampling.Part(innerHeight, innerHeight / 2 - height / 2, height));
    }

    private static boolean isWider(Samples picture, int width, int height) {
        return (long) picture.width() * height > (long) picture.height() * width;
    }

    private static int side(int own, int otherWanted, int otherOwn) {
        return (int) Math.max((long) own * otherWanted / otherOwn, 1);
    }

    private byte[] within(int wholeWidth, int wholeHeight) {
        int left = wholeWidth / 2 - width / 2;
        int top = wholeHeight / 2 - height / 2;
        byte[] filled = new byte[Math.multiplyExact(wholeWidth * channels, wholeHeight)];
        for (int y = 0, to = 0; y < wholeHeight; y++) {
            for (int x = 0; x < wholeWidth; x++) {
                for (int channel = 0; channel < channels; channel++) {
                    filled[to++] = continued(x - left, y - top, channel);
                }
            }
        }
        return filled;
    }

    /**
     * The picture itself, where both samples are one; outside 9/8 of its last line less 1/8 of the one before, which is what
     * the bicubic filter of Pillow makes of an empty part of a picture.
     */
    private byte continued(int x, int y, int channel) {
        int last = sample(nearest(x, width), nearest(y, height), channel);
        int before = sample(oneFurther(x, width), oneFurther(y, height), channel);
        return (byte) Math.min(Math.max((9 * last - before + 4) >> 3, 0), 255);
    }

    private static int nearest(int index, int side) {
        return Math.min(Math.max(index, 0), side - 1);
    }

    private static int oneFurther(int index, int side) {
        return nearest(index < 0 ? 1 : index >= side ? side - 2 : index, side);
    }

    private int sample(int x, int y, int channel) {
        return inner[(y * width + x) * channels + channel] & 0xff;
    }
}
