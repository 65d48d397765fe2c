package io.github.sdfinetune.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuidanceTest {

    @ParameterizedTest
    @CsvSource({
        "0,    1,    11111",
        "0,    0,    00000",
        "1,    1,    00000",
        "0,    0.2,  10000",
        "0,    0.21, 11000",
        "0.2,  1,    01111",
        "0.19, 1,    01111",
        "0.21, 1,    00111",
        "0.8,  1,    00001",
        "0.81, 1,    00000",
        "0.2,  0.8,  01110",
        "0.4,  0.6,  00100",
        "0.4,  0.4,  00000",
    })
    void stepsThatBeginWithinTheIntervalAreGuided(double from, double to, String expected) {
        Guidance guidance = new Guidance(5, 0, from, to);

        assertThat(IntStream.range(0, 5)
                        .mapToObj(step -> guidance.isOn(step, 5) ? "1" : "0")
                        .collect(Collectors.joining()))
                .isEqualTo(expected);
    }

    /** 0.07 · 100 is more than 7 in doubles. */
    @ParameterizedTest
    @CsvSource({"7", "14", "28", "29", "55", "57"})
    void aShareOfWholeStepsBeginsAndEndsWithAStep(int step) {
        Guidance from = new Guidance(5, 0, step / 100.0, 1);
        Guidance to = new Guidance(5, 0, 0, step / 100.0);

        assertThat(from.isOn(step - 1, 100)).isFalse();
        assertThat(from.isOn(step, 100)).isTrue();
        assertThat(to.isOn(step - 1, 100)).isTrue();
        assertThat(to.isOn(step, 100)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, false", "1.001, true"})
    void aScaleOfUpToOneIsNoGuidance(double scale, boolean expected) {
        assertThat(new Guidance(scale, 0, 0, 1).isOn(0, 5)).isEqualTo(expected);
    }
}
