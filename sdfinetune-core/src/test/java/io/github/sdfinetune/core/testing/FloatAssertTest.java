package io.github.sdfinetune.core.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class FloatAssertTest {
    @Test
    void differencesWithinToleranceAreFine() {
        FloatAssert.assertClose("sample", new float[] {1.01f, -100.5f}, new float[] {1, -100}, 0.011, 0.005);
        FloatAssert.assertClose("sample", new float[] {0, -0f}, new float[] {-0f, 0}, 0, 0);
        FloatAssert.assertClose(
                "sample",
                new float[] {Float.NaN, Float.POSITIVE_INFINITY},
                new float[] {Float.NaN, Float.POSITIVE_INFINITY},
                1e-5,
                1e-5);
    }

    @Test
    void theLargestDifferenceIsNamed() {
        assertThatThrownBy(() ->
                        FloatAssert.assertClose("sample", new float[] {1, 2.5f, 3.25f}, new float[] {1, 2, 3}, 0.1, 0))
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        "sample: 2 of 3 values differ too much; the worst at [1]: 2.5, expected 2.0, difference 0.500,"
                                + " allowed 0.100");
    }

    @Test
    void notANumberDiffersFromEveryNumber() {
        assertThatThrownBy(() -> FloatAssert.assertClose("sample", new float[] {Float.NaN}, new float[] {1}, 1e9, 1e9))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() ->
                        FloatAssert.assertClose("sample", new float[] {1}, new float[] {Float.POSITIVE_INFINITY}, 1, 1))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void lengthsMustAgree() {
        assertThatThrownBy(() -> FloatAssert.assertClose("sample", new float[2], new float[3], 1, 1))
                .hasMessage("sample has 2 values, expected 3");
    }
}
