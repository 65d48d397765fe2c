package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.Configs.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.core.config.SchedulerConfig;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DPM-Solver++ in blocks with fresh noise, of which the reference has order 2 only, where its results are known exactly. */
class DpmSinglestepTest {
    private static final int STEPS = 7;
    private static final float NOISE = 0.7f;
    private static final double OFFSET = 0.3;

    private static SamplerSpec sampler(Sampler choice, String prediction) {
        SchedulerConfig model = new SchedulerConfig("DDIMScheduler", settings("""
                'beta_schedule': 'scaled_linear', 'beta_start': 0.00085, 'beta_end': 0.012,
                'prediction_type': '%s'""".formatted(prediction)));
        return SamplerSpec.of(model, choice);
    }

    /**
     * A model whose clean latents depend on nothing but λ, and that linearly, is solved without an error by derivatives of first order:
     * x(t) = σt/σs e^-(λt-λs) x(s) + αt ∫ 2 e^-2(λt-λ) x0(λ) dλ + σt √(1 - e^-2(λt-λs)) z (section 3.4 of arXiv:2211.01095).
     */
    @ParameterizedTest
    @CsvSource({"DPM++ 1S SDE, 1, 0", "DPM++ 3S SDE, 3, 0", "DPM++ 3S SDE, 3, 0.4"})
    void blocksEndOnTheExactSolution(String name, int block, double slope) {
        SamplerSpec sampler = sampler(Sampler.of(name), "sample");
        SamplerRun run = sampler.start(STEPS, 1);
        NoiseLevel[] levels = Arrays.stream(run.timesteps())
                .mapToObj(timestep -> sampler.noiseSchedule().level((int) timestep))
                .toArray(NoiseLevel[]::new);
        float[] latents = {2};
        double exact = latents[0];
        for (int end = 1; end < levels.length; end++) {
            float denoised = (float) (OFFSET + slope * levels[end - 1].lambda());
            latents = run.step(new float[] {denoised}, latents, () -> new float[] {NOISE});
            if (end % block == 0) {
                exact = exact(levels[end - block], levels[end], exact, slope);
                assertThat((double) latents[0]).as("step %d", end).isCloseTo(exact, within(1e-5));
            }
        }
    }

    private static double exact(NoiseLevel from, NoiseLevel to, double latents, double slope) {
        double rise = to.lambda() - from.lambda();
        double faded = Math.exp(-2 * rise);
        double integral =
                OFFSET + slope * to.lambda() - faded * (OFFSET + slope * from.lambda()) - slope * (1 - faded) / 2;
        return to.noise() / from.noise() * Math.exp(-rise) * latents
                + to.signal() * integral
                + to.noise() * Math.sqrt(1 - faded) * NOISE;
    }

    @Test
    void blocksOfOneStepAreTheMultistepMethodOfFirstOrder() {
        SamplerRun single = sampler(Sampler.DPM_PP_1S_SDE, "epsilon").start(STEPS, 1);
        SamplerRun multi = sampler(Sampler.DPM_PP_1M_SDE, "epsilon").start(STEPS, 1);
        Random random = new Random(1);
        float[] latents = {1, -0.5f, 3};
        float[] others = latents;
        while (!multi.isFinished()) {
            float[] output = {random.nextFloat(), random.nextFloat(), random.nextFloat()};
            float[] noise = {random.nextFloat(), random.nextFloat(), random.nextFloat()};
            assertThat(single.timestep()).isEqualTo(multi.timestep());
            latents = single.step(output, latents, noise::clone);
            others = multi.step(output, others, noise::clone);
            assertThat(latents).containsExactly(others, within(1e-6f));
        }
        assertThat(single.isFinished()).isTrue();
    }
}
