package io.github.sdfinetune.core.image;

/**
 * Resampling with antialiasing, bit for bit as Pillow does it: a filter that widens with the reduction, rows first, then columns,
 * each rounded to 8 bits, with weights of 22 fractional bits.
 */
final class Resampling {
    private static final int FRACTION_BITS = 22;

    /** The weight of a source pixel by its distance from the centre of the new one. */
    enum Filter {
        BILINEAR(1),
        LANCZOS(3);

        private final int support;

        Filter(int support) {
            this.support = support;
        }

        private double weight(double distance) {
            if (Math.abs(distance) >= support) {
                return 0;
            }
            return switch (this) {
                case BILINEAR -> 1 - Math.abs(distance);
                case LANCZOS -> sinc(distance) * sinc(distance / support);
            };
        }

        private static double sinc(double x) {
            return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
        }
    }

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

    /** The whole of the resampled picture. */
    static byte[] of(Samples picture, Filter filter, int width, int height) {
        Sizes.require(width >= 1 && height >= 1, "a picture has sides of at least 1, wanted %dx%d", width, height);
        return of(picture, filter, new Part(width, 0, width), new Part(height, 0, height));
    }

    static byte[] of(Samples picture, Filter filter, Part across, Part down) {
        Window[] columns = windows(picture.width(), filter, across);
        Window[] rows = windows(picture.height(), filter, down);
        int top = rows[0].first;
        Window last = rows[rows.length - 1];
        int bottom = last.first + last.weights.length;
        byte[] narrowed = horizontal(picture, top, bottom, columns);
        return vertical(narrowed, picture.channels() * across.length(), top, rows);
    }

    private static Window[] windows(int from, Filter filter, Part part) {
        double scale = (double) from / part.side();
        double stretch = Math.max(scale, 1);
        double radius = filter.support * stretch;
        Window[] windows = new Window[part.length()];
        for (int i = 0; i < windows.length; i++) {
            double centre = (part.start() + i + 0.5) * scale;
            int first = Math.max((int) (centre - radius + 0.5), 0);
            int end = Math.min((int) (centre + radius + 0.5), from);
            windows[i] = new Window(first, weights(filter, first, end, centre, 1 / stretch));
        }
        return windows;
    }

    private static int[] weights(Filter filter, int first, int end, double centre, double narrowing) {
        double[] exact = new double[end - first];
        double sum = 0;
        for (int i = 0; i < exact.length; i++) {
            exact[i] = filter.weight((first + i - centre + 0.5) * narrowing);
            sum += exact[i];
        }
        int[] weights = new int[exact.length];
        for (int i = 0; i < weights.length; i++) {
            double weight = exact[i] / sum * (1 << FRACTION_BITS);
            weights[i] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
        }
        return weights;
    }

    private static byte[] horizontal(Samples picture, int top, int bottom, Window[] columns) {
        int channels = picture.channels();
        byte[] result = new byte[Math.multiplyExact(channels * columns.length, bottom - top)];
        for (int y = top, to = 0; y < bottom; y++) {
            for (Window column : columns) {
                int from = channels * (y * picture.width() + column.first);
                for (int channel = 0; channel < channels; channel++) {
                    result[to++] = blend(picture.bytes(), from + channel, channels, column.weights);
                }
            }
        }
        return result;
    }

    private static byte[] vertical(byte[] narrowed, int stride, int top, Window[] rows) {
        byte[] result = new byte[Math.multiplyExact(stride, rows.length)];
        int to = 0;
        for (Window row : rows) {
            for (int x = 0; x < stride; x++) {
                result[to++] = blend(narrowed, (row.first - top) * stride + x, stride, row.weights);
            }
        }
        return result;
    }

    private static byte blend(byte[] samples, int from, int stride, int[] weights) {
        int sum = 1 << (FRACTION_BITS - 1);
        for (int i = 0; i < weights.length; i++) {
            sum += (samples[from + i * stride] & 0xff) * weights[i];
        }
        // Negative weights overshoot at edges, and weights rounded one by one may exceed one by a little.
        return (byte) Math.min(Math.max(sum >> FRACTION_BITS, 0), 255);
    }
}
