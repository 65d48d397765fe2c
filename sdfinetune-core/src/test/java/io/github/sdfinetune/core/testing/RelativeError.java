package io.github.sdfinetune.core.testing;

/** How far numbers are from others as a whole. */
public final class RelativeError {
    private RelativeError() {}

    /** ‖actual − expected‖₂ / ‖expected‖₂ */
    public static double of(float[] actual, float[] expected) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow((double) actual[i] - expected[i], 2);
            size += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / size);
    }
}
