package io.github.sdfinetune.core.scheduler;

import java.util.Arrays;

/**
 * The weights of the last outputs in a step of UniPC (equations 3 and 8 of arXiv:2302.04867): those at the step's beginning and
 * before, the newest first.
 *
 * @param exponent by which what is not the model's part grows over the step
 * @param places where the outputs before the step's beginning lie, if it is at 0 and the step's end at 1
 * @param linear whether the function B(h) of the paper is h and not e^h − 1
 */
record UniPcFit(double exponent, double[] places, boolean linear) {

    /** Without the output at the step's end. */
    double[] predictor() {
        // As in the paper, the only place of second order has half the weight, whatever B(h) is.
        double[] shares =
                places.length == 1 ? new double[] {0.5} : Interpolation.weights(places, moments(places.length));
        return weights(shares, 0);
    }

    /** With the output at the step's end, whose own weight is {@link #ofEnd}. */
    double[] corrector() {
        double[] shares = sharesWithEnd();
        return weights(Arrays.copyOf(shares, places.length), shares[places.length]);
    }

    double ofEnd() {
        return scale() * sharesWithEnd()[places.length];
    }

    private double[] sharesWithEnd() {
        if (places.length == 0) {
            return new double[] {0.5};
        }
        double[] withEnd = Arrays.copyOf(places, places.length + 1);
        withEnd[places.length] = 1;
        return Interpolation.weights(withEnd, moments(withEnd.length));
    }

    /** B(h). */
    private double scale() {
        return linear ? exponent : Math.expm1(exponent);
    }

    private double[] moments(int count) {
        double[] moments = new double[count];
        double phi = Math.expm1(exponent) / exponent - 1;
        double factorial = 1;
        for (int i = 0; i < count; i++) {
            moments[i] = phi * factorial / scale();
            factorial *= i + 2;
            phi = phi / exponent - 1 / factorial;
        }
        return moments;
    }

    /** Differences from the output at the step's beginning, divided by their distances, have these shares. */
    private double[] weights(double[] shares, double shareOfEnd) {
        double[] weights = new double[places.length + 1];
        weights[0] = Math.expm1(exponent);
        for (int i = 0; i < places.length; i++) {
            weights[i + 1] = scale() * shares[i] / places[i];
            weights[0] -= weights[i + 1];
        }
        if (shareOfEnd != 0) {
            weights[0] -= scale() * shareOfEnd;
        }
        return weights;
    }
}
