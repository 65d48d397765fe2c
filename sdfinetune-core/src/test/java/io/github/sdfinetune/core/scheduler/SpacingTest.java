package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.TimestepSpacing.Rule.LEADING;
import static io.github.sdfinetune.core.scheduler.TimestepSpacing.Rule.LINSPACE;
import static io.github.sdfinetune.core.scheduler.TimestepSpacing.Rule.TRAILING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Timesteps and sigmas as numpy and scipy give them; the recipe stands beside each expectation. */
final class SpacingTest {
    @Test
    void leadingMultipliesAWholeStride() {
        // (numpy.arange(3) * (1000 // 3))[::-1] + 1
        assertThat(new TimestepSpacing(LEADING, 1).timesteps(3, 1000)).containsExactly(667, 334, 1);
    }

    @Test
    void linspaceKeepsFractionsAndIgnoresTheOffset() {
        // numpy.linspace(0, 9, 7)[::-1], and its round() to even
        double[] timesteps = new TimestepSpacing(LINSPACE, 1).timesteps(7, 10);
        assertThat(timesteps).containsExactly(9, 7.5, 6, 4.5, 3, 1.5, 0);
        assertThat(new TimestepSpacing(LINSPACE, 1).wholeTimesteps(7, 10)).containsExactly(9, 8, 6, 4, 3, 2, 0);
        assertThat(new TimestepSpacing(LINSPACE, 0).timesteps(1, 1000)).containsExactly(0);
    }

    @Test
    void trailingRoundsHalvesAsNumpyDoes() {
        // numpy.round(numpy.arange(1000, 0, -1000 / 16)) - 1: 937.5 to even is 938, but 62.5 to even is 62
        assertThat(new TimestepSpacing(TRAILING, 0).timesteps(16, 1000))
                .containsExactly(999, 937, 874, 811, 749, 687, 624, 561, 499, 437, 374, 311, 249, 187, 124, 61);
        // … -1000 / 48: the halves are off by the last bit of the stride
        assertThat(new TimestepSpacing(TRAILING, 0).timesteps(48, 1000))
                .startsWith(999, 978, 957, 936, 916, 895, 874, 853)
                .endsWith(145, 124, 103, 82, 61, 41, 20);
    }

    @Test
    void theEndIsSpreadWithTheOthersAndLeftOut() {
        // numpy.linspace(0, 999, 5).round()[::-1][:-1], also with the last 100 timesteps left out
        assertThat(new TimestepSpacing(LINSPACE, 0).wholeTimestepsBeforeEnd(4, 1000, 1000))
                .containsExactly(999, 749, 500, 250);
        assertThat(new TimestepSpacing(LINSPACE, 0).wholeTimestepsBeforeEnd(4, 1000, 900))
                .containsExactly(899, 674, 450, 225);
        // (numpy.arange(5) * (1000 // 5))[::-1][:-1] + 1
        assertThat(new TimestepSpacing(LEADING, 1).wholeTimestepsBeforeEnd(4, 1000, 1000))
                .containsExactly(801, 601, 401, 201);
        // numpy.arange(900, 0, -1000 / 4).round() - 1
        assertThat(new TimestepSpacing(TRAILING, 0).wholeTimestepsBeforeEnd(4, 1000, 900))
                .containsExactly(899, 649, 399, 149);
        assertThat(new TimestepSpacing(TRAILING, 0).wholeTimestepsBeforeEnd(4, 1000, 700))
                .containsExactly(699, 449, 199);
    }

    @ParameterizedTest
    @CsvSource({"1000, 1, 1000, 999", "1000, 2, 1001, 998", "500, 2, 1000, 499"})
    void anOffsetThatLeadsBeyondTrainingNamesTheNextCountThatDoesNot(int steps, int offset, int timestep, int fitting) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TimestepSpacing(LEADING, offset).wholeTimesteps(steps, 1000))
                .withMessage(
                        "%d steps with steps_offset %d lead to timestep %d, beyond the 0 to 999 of the model's training;"
                                + " %d steps stay within",
                        steps, offset, timestep, fitting);
        assertThat(new TimestepSpacing(LEADING, offset).wholeTimesteps(fitting, 1000))
                .hasSize(fitting);
    }

    @ParameterizedTest
    @EnumSource
    void everyNumberOfStepsDescendsWithinTraining(TimestepSpacing.Rule rule) {
        for (int steps = 1; steps <= 1000; steps++) {
            double[] timesteps = new TimestepSpacing(rule, 0).timesteps(steps, 1000);
            assertThat(timesteps).hasSize(steps);
            assertThat(timesteps[0]).isLessThan(1000);
            assertThat(timesteps[steps - 1]).isGreaterThanOrEqualTo(0);
            assertThat(IntStream.range(1, steps).allMatch(i -> timesteps[i] < timesteps[i - 1]))
                    .as("%s with %s steps descends", rule, steps)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void sigmasFallFromTheLargestToTheSmallest(SigmaSpacing spacing) {
        double[] sigmas = spacing.sigmas(14.6, 0.03, 100);
        assertThat(sigmas[0]).isCloseTo(14.6, within(1e-12));
        assertThat(sigmas[99]).isCloseTo(0.03, within(1e-12));
        for (int i = 1; i < sigmas.length; i++) {
            assertThat(sigmas[i]).isLessThan(sigmas[i - 1]);
        }
        assertThat(spacing.sigmas(14.6, 0.03, 1)[0]).isCloseTo(14.6, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({ // scipy.stats.beta.ppf(probability, shape, shape)
        "0.6, 0, 0",
        "0.6, 0.001, 1.855873851745199e-05",
        "0.6, 0.1, 0.03958440558878085",
        "0.6, 0.25, 0.17568037865269498",
        "0.6, 0.5, 0.5",
        "0.6, 0.75, 0.824319621347305",
        "0.6, 0.9, 0.9604155944112192",
        "0.6, 1, 1",
        "0.3, 0.2, 0.03277640169822209",
        "0.3, 0.7, 0.8795847625468333",
        "1, 0.3, 0.3",
    })
    void quantilesAreThoseOfScipy(double shape, double probability, double quantile) {
        assertThat(new SymmetricBeta(shape).quantile(probability)).isCloseTo(quantile, within(1e-14));
    }
}
