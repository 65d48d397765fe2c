package io.github.sdfinetune.core.image;

/**
 * Bilinear resampling with antialiasing, bit for bit as Pillow does it: a triangle filter that widens with the reduction, rows
 * first, then columns, each rounded to 8 bits, with weights of 22 fractional bits.
 */
final class Resampling {
    private static final int FRACTION_BITS = 22;

    /** What one pixel of the result is made of: source pixels from {@code first} on, and their weights. */
    private static final class Window {
        final int first;
        final int[] weights;

        Window(int first, int[] weights) {
            this.first = first;
            this.weights = weights;
        }
    }

    private Resampling() {}

    /**
     * The part of one side of the resampled picture that is wanted; only this is computed, since the whole side of a very narrow
     * picture can be beyond any memory.
     *
     * @param side of the whole resampled picture
     * @param start of the part
     */
    record Part(long side, long start, int length) {}

    static RgbImage bilinear(RgbImage image, Part across, Part down) {
        Window[] columns = windows(image.width(), across);
        Window[] rows = windows(image.height(), down);
        int top = rows[0].first;
        Window last = rows[rows.length - 1];
        int bottom = last.first + last.weights.length;
        byte[] narrowed = horizontal(image.sharedRgb(), image.width(), top, bottom, columns);
        return new RgbImage(across.length(), down.length(), vertical(narrowed, across.length(), top, rows));
    }

    private static Window[] windows(int from, Part part) {
        double scale = (double) from / part.side();
        double radius = Math.max(scale, 1);
        Window[] windows = new Window[part.length()];
        for (int i = 0; i < windows.length; i++) {
            double centre = (part.start() + i + 0.5) * scale;
            int first = Math.max((int) (centre - radius + 0.5), 0);
            int end = Math.min((int) (centre + radius + 0.5), from);
            windows[i] = new Window(first, weights(first, end, centre, radius));
        }
        return windows;
    }

    private static int[] weights(int first, int end, double centre, double radius) {
        double slope = 1 / radius;
        double[] triangle = new double[end - first];
        double sum = 0;
        for (int i = 0; i < triangle.length; i++) {
            triangle[i] = Math.max(1 - Math.abs((first + i - centre + 0.5) * slope), 0);
            sum += triangle[i];
        }
        int[] weights = new int[triangle.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (int) (triangle[i] / sum * (1 << FRACTION_BITS) + 0.5);
        }
        return weights;
    }

    private static byte[] horizontal(byte[] rgb, int width, int top, int bottom, Window[] columns) {
        byte[] result = new byte[Math.multiplyExact(3 * columns.length, bottom - top)];
        for (int y = top, to = 0; y < bottom; y++) {
            for (Window column : columns) {
                int from = 3 * (y * width + column.first);
                for (int channel = 0; channel < 3; channel++) {
                    result[to++] = blend(rgb, from + channel, 3, column.weights);
                }
            }
        }
        return result;
    }

    private static byte[] vertical(byte[] rgb, int width, int top, Window[] rows) {
        int stride = 3 * width;
        byte[] result = new byte[Math.multiplyExact(stride, rows.length)];
        int to = 0;
        for (Window row : rows) {
            for (int x = 0; x < stride; x++) {
                result[to++] = blend(rgb, (row.first - top) * stride + x, stride, row.weights);
            }
        }
        return result;
    }

    private static byte blend(byte[] samples, int from, int stride, int[] weights) {
        int sum = 1 << (FRACTION_BITS - 1);
        for (int i = 0; i < weights.length; i++) {
            sum += (samples[from + i * stride] & 0xff) * weights[i];
        }
        // The weights are rounded one by one, so their sum may exceed one by a little.
        return (byte) Math.min(sum >> FRACTION_BITS, 255);
    }
}
