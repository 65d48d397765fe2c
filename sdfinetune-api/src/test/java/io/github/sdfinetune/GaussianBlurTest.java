package io.github.sdfinetune;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GaussianBlurTest {
    private static final int[] ROW = {210, 50, 20, 10, 220, 230, 80, 190, 210, 20, 180};

    /** The integral of the row, constant within a pixel and going on outside, over a window of that width. */
    @ParameterizedTest
    @ValueSource(floats = {0.02f, 0.5f, 1, 1.5f, 3, 4.7f, 10, 40.3f})
    void aBoxIsTheMeanOfItsWindow(float radius) {
        byte[] blurred = new byte[ROW.length];
        GaussianBlur.boxBlur(bytes(), blurred, 0, ROW.length, radius);

        for (int x = 0; x < ROW.length; x++) {
            double sum = 0;
            for (int i = -50; i < 60; i++) {
                double covered = Math.min(i + 0.5, x + radius + 0.5) - Math.max(i - 0.5, x - radius - 0.5);
                sum += Math.max(covered, 0) * ROW[Math.min(Math.max(i, 0), ROW.length - 1)];
            }
            double mean = sum / (2.0 * radius + 1);
            assertThat(Math.abs((blurred[x] & 0xff) - mean))
                    .as("radius %s, pixel %d", radius, x)
                    .isLessThan(0.51);
        }
    }

    private static byte[] bytes() {
        byte[] bytes = new byte[ROW.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ROW[i];
        }
        return bytes;
    }
}
