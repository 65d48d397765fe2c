package io.github.sdfinetune.core.scheduler;

/**
 * The beta distribution with two equal parameters up to 1.
 *
 * @param shape both parameters, above 0 and at most 1
 */
record SymmetricBeta(double shape) {

    /** The value below which a share {@code probability} of the distribution lies; accurate to about 1e-15. */
    double quantile(double probability) {
        if (probability > 0.5) {
            return 1 - quantile(1 - probability);
        }
        double target = 2 * probability * incomplete(0.5);
        double low = 0;
        double high = 0.5;
        double middle = 0.25;
        while (low < middle && middle < high) {
            if (incomplete(middle) < target) {
                low = middle;
            } else {
                high = middle;
            }
            middle = (low + high) / 2;
        }
        return high;
    }

    /**
     * The incomplete beta function (DLMF 8.17.7 with its series of 15.2.1), without the normalisation that a quantile has no use
     * for. Up to one half all terms are positive and each at most half of the one before, so nothing cancels.
     */
    private double incomplete(double x) {
        double sum = 0;
        double before = -1;
        double coefficient = 1;
        for (int n = 1; sum > before; n++) {
            before = sum;
            sum += coefficient / (shape + n - 1);
            coefficient *= x * (n - shape) / n;
        }
        return Math.pow(x, shape) * sum;
    }
}
