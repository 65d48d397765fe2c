package io.github.sdfinetune.core.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.github.sdfinetune.core.testing.FloatAssert;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class NoiseScheduleTest {
    private static final NoiseSchedule STABLE_DIFFUSION = NoiseSchedule.scaledLinear(0.00085, 0.012, 1000);

    static Stream<NoiseSchedule> schedulesWithSigmas() {
        return Stream.of(
                NoiseSchedule.linear(0.0001, 0.02, 1000),
                STABLE_DIFFUSION,
                NoiseSchedule.scaledLinear(0.00085, 0.012, 37),
                NoiseSchedule.squaredCosine(1000),
                NoiseSchedule.trained(0.1f, 0.2f, 0.3f));
    }

    static Stream<NoiseSchedule> schedules() {
        return schedulesWithSigmas().flatMap(schedule -> Stream.of(schedule, schedule.withZeroTerminalSnr()));
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void theSignalFallsAllTheWay(NoiseSchedule schedule) {
        float before = 1;
        for (float alphaCumprod : schedule.alphasCumprod()) {
            assertThat(alphaCumprod).isGreaterThanOrEqualTo(0).isLessThan(before);
            before = alphaCumprod;
        }
        for (int timestep = 1; timestep < schedule.numTrainTimesteps(); timestep++) {
            assertThat(schedule.snr(timestep)).isLessThan(schedule.snr(timestep - 1));
        }
    }

    @ParameterizedTest
    @MethodSource("schedulesWithSigmas")
    void timestepsAndSigmasAreInverse(NoiseSchedule schedule) {
        for (int timestep = 0; timestep < schedule.numTrainTimesteps(); timestep++) {
            assertThat(schedule.timestepOf(schedule.sigma(timestep))).isCloseTo(timestep, within(1e-3));
        }
        assertThat(schedule.timestepOf(1e9)).isEqualTo(schedule.numTrainTimesteps() - 1);
        assertThat(schedule.timestepOf(0)).isZero();
        assertThat(schedule.sigma(-1)).isEqualTo(schedule.smallestSigma());
        assertThat(schedule.sigma(1e9)).isEqualTo(schedule.largestSigma());
    }

    @Test
    void zeroTerminalSnrKeepsTheBeginningAndEndsWithoutSignal() {
        NoiseSchedule rescaled = STABLE_DIFFUSION.withZeroTerminalSnr();
        assertThat(rescaled.alphasCumprod()[0]).isCloseTo(STABLE_DIFFUSION.alphasCumprod()[0], within(1e-6f));
        assertThat(rescaled.snr(999)).isZero();
        assertThat(rescaled.withFiniteSigmas().largestSigma()).isCloseTo(4096, within(0.001));
        assertThat(STABLE_DIFFUSION.withFiniteSigmas().alphasCumprod()).isEqualTo(STABLE_DIFFUSION.alphasCumprod());
    }

    @Test
    void betasComeBackAsTheyWere() {
        assertThat(NoiseSchedule.trained(STABLE_DIFFUSION.betas()).alphasCumprod())
                .isEqualTo(STABLE_DIFFUSION.alphasCumprod());
    }

    @Test
    void trainedBetasAreRead() {
        NoiseSchedule schedule =
                NoiseSchedule.of(Configs.settings("'num_train_timesteps': 3, 'trained_betas': [0.1, 0.2, 0.3]"));
        assertThat(schedule.betas()).containsExactly(0.1f, 0.2f, 0.3f);
    }

    @Test
    void eachSampleHasItsOwnTimestep() {
        float[] clean = {1, 2, 3, 4};
        float[] noise = {-1, 0.5f, 2, 0};
        float[] together = STABLE_DIFFUSION.addNoise(clean, noise, 10, 700);
        float[] first = STABLE_DIFFUSION.addNoise(new float[] {1, 2}, new float[] {-1, 0.5f}, 10);
        float[] second = STABLE_DIFFUSION.addNoise(new float[] {3, 4}, new float[] {2, 0}, 700);
        assertThat(together).containsExactly(first[0], first[1], second[0], second[1]);
    }

    @Test
    void cleanLatentsComeBackFromEveryPrediction() {
        Random random = new Random(7);
        for (int round = 0; round < 50; round++) {
            float[] clean = gaussian(random, 8);
            float[] noise = gaussian(random, 8);
            int timestep = random.nextInt(1000);
            NoiseLevel level = STABLE_DIFFUSION.level(timestep);
            float[] noisy = STABLE_DIFFUSION.addNoise(clean, noise, timestep, timestep);
            float[] velocity = STABLE_DIFFUSION.velocity(clean, noise, timestep, timestep);
            for (PredictionType type : PredictionType.WORDS.values()) {
                float[] output = switch (type) {
                    case EPSILON -> noise;
                    case V_PREDICTION -> velocity;
                    case SAMPLE -> clean;
                    case FLOW_PREDICTION -> throw new AssertionError();
                };
                FloatAssert.assertClose(type + " clean", type.denoised(output, noisy, level), clean, 1e-4, 0);
                FloatAssert.assertClose(type + " noise", type.epsilon(output, noisy, level), noise, 1e-4, 0);
                double sigma = STABLE_DIFFUSION.sigma(timestep);
                float[] unscaled =
                        LinearCombination.sum(LinearCombination.term(1, clean), LinearCombination.term(sigma, noise));
                FloatAssert.assertClose(type + " unscaled", type.denoised(output, unscaled, sigma), clean, 1e-4, 0);
            }
        }
    }

    @Test
    void cleanLatentsComeBackFromAFlow() {
        float[] clean = gaussian(new Random(7), 8);
        float[] noise = gaussian(new Random(8), 8);
        NoiseLevel level = NoiseLevel.ofFlow(0.7);
        float[] latents = level.mix(clean, noise);
        float[] flow = LinearCombination.sum(LinearCombination.term(1, noise), LinearCombination.term(-1, clean));
        PredictionType type = PredictionType.FLOW_PREDICTION;
        FloatAssert.assertClose("clean", type.denoised(flow, latents, level), clean, 1e-5, 0);
        FloatAssert.assertClose("noise", type.epsilon(flow, latents, level), noise, 1e-5, 0);
        assertThatIllegalStateException().isThrownBy(() -> type.denoised(flow, latents, 0.7));
    }

    @Test
    void wrongSizesAndTimestepsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> STABLE_DIFFUSION.addNoise(new float[4], new float[5], 1))
                .withMessage("latents and noise of one size and a timestep for each sample are needed,"
                        + " got 4 and 5 values, 1 timesteps");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> STABLE_DIFFUSION.velocity(new float[4], new float[4], 1, 2, 3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> STABLE_DIFFUSION.snr(1000))
                .withMessage("timestep must be from 0 to 999, was 1000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NoiseSchedule.trained(0.5f))
                .withMessage("a noise schedule has at least 2 timesteps, got 1");
    }

    private static float[] gaussian(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
