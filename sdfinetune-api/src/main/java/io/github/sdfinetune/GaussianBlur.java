package io.github.sdfinetune;

/**
 * A Gaussian blur as Pillow computes it: three box blurs of fractional width in each direction (Gwosdek et al. 2011,
 * doi:10.1007/978-3-642-24785-9_38), each rounded to 8 bits; the edge goes on outside.
 */
final class GaussianBlur {
    private static final int PASSES = 3;
    private static final int FRACTION_BITS = 24;

    private GaussianBlur() {}

    /** @param radius the standard deviation in pixels, above 0 */
    static byte[] of(byte[] gray, int width, int height, double radius) {
        float box = boxRadius((float) radius);
        byte[] across = boxBlurred(gray, width, height, box);
        return transposed(boxBlurred(transposed(across, width, height), height, width, box), height, width);
    }

    /** In floats, as there: the rounding decides about the last bit of the weights. */
    private static float boxRadius(float deviation) {
        float variance = deviation * deviation / PASSES;
        float length = (float) Math.sqrt(12.0 * variance + 1.0);
        float whole = (float) Math.floor((length - 1.0) / 2.0);
        float fraction = (2 * whole + 1) * (whole * (whole + 1) - 3 * variance);
        fraction /= 6 * (variance - (whole + 1) * (whole + 1));
        return whole + fraction;
    }

    private static byte[] boxBlurred(byte[] rows, int width, int height, float radius) {
        byte[] blurred = rows;
        for (int pass = 0; pass < PASSES; pass++) {
            byte[] from = blurred;
            blurred = new byte[from.length];
            for (int y = 0; y < height; y++) {
                boxBlur(from, blurred, y * width, width, radius);
            }
        }
        return blurred;
    }

    /** A window of whole pixels slides along the row; the pixels just outside of it count in part. */
    static void boxBlur(byte[] from, byte[] to, int start, int width, float floatRadius) {
        int radius = (int) floatRadius;
        long weight = (long) ((1 << FRACTION_BITS) / (floatRadius * 2 + 1));
        long farWeight = ((1L << FRACTION_BITS) - (radius * 2L + 1) * weight) / 2;
        long sum = 0;
        for (int x = -radius - 1; x < radius; x++) {
            sum += at(from, start, width, x);
        }
        for (int x = 0; x < width; x++) {
            int leaving = at(from, start, width, x - radius - 1);
            sum += at(from, start, width, x + radius) - leaving;
            long far = (long) leaving + at(from, start, width, x + radius + 1);
            to[start + x] = (byte) ((sum * weight + far * farWeight + (1 << (FRACTION_BITS - 1))) >> FRACTION_BITS);
        }
    }

    private static int at(byte[] gray, int start, int width, int x) {
        return gray[start + Math.min(Math.max(x, 0), width - 1)] & 0xff;
    }

    private static byte[] transposed(byte[] gray, int width, int height) {
        byte[] transposed = new byte[gray.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                transposed[x * height + y] = gray[y * width + x];
            }
        }
        return transposed;
    }
}
