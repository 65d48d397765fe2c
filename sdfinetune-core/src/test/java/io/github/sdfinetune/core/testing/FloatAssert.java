package io.github.sdfinetune.core.testing;

import java.util.Locale;

/** Assertions on float arrays that print position and size of the largest difference. */
public final class FloatAssert {
    private FloatAssert() {}

    /**
     * Fails unless {@code |actual - expected| <= atol + rtol * |expected|} everywhere. NaN equals NaN only.
     *
     * @param what named in the message
     */
    public static void assertClose(String what, float[] actual, float[] expected, double atol, double rtol) {
        if (actual.length != expected.length) {
            throw new AssertionError(what + " has " + actual.length + " values, expected " + expected.length);
        }
        int failures = 0;
        int worst = 0;
        double worstExcess = 0;
        for (int i = 0; i < actual.length; i++) {
            double excess = difference(actual[i], expected[i]) / allowed(expected[i], atol, rtol);
            if (excess > 1) {
                failures++;
            }
            if (excess > worstExcess) {
                worstExcess = excess;
                worst = i;
            }
        }
        if (failures > 0) {
            throw new AssertionError(String.format(
                    Locale.ROOT,
                    "%s: %d of %d values differ too much; the worst at [%d]: %s, expected %s, difference %.3g, allowed %.3g",
                    what,
                    failures,
                    actual.length,
                    worst,
                    actual[worst],
                    expected[worst],
                    difference(actual[worst], expected[worst]),
                    allowed(expected[worst], atol, rtol)));
        }
    }

    private static double difference(float actual, float expected) {
        if (Float.compare(actual, expected) == 0) {
            return 0;
        }
        double difference = Math.abs((double) actual - expected);
        return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
    }

    private static double allowed(float expected, double atol, double rtol) {
        double allowed = atol + rtol * Math.abs((double) expected);
        // Infinity must be met exactly; so must everything when no difference is allowed.
        return Double.isFinite(allowed) ? Math.max(allowed, Double.MIN_VALUE) : Double.MIN_VALUE;
    }
}
