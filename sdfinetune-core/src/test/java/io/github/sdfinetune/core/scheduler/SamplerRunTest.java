package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.Configs.sampler;
import static io.github.sdfinetune.core.scheduler.Configs.stableDiffusion1;
import static io.github.sdfinetune.core.scheduler.LinearCombination.sum;
import static io.github.sdfinetune.core.scheduler.LinearCombination.term;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.core.testing.FloatAssert;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SamplerRunTest {
    private static final int SIZE = 32;

    /** PLMS repeats its first step, LMS counts steps that it has not seen (both as in diffusers). */
    private static final Set<String> BEGINS_ANYWHERE = Set.of(
            "DDIMScheduler",
            "EulerDiscreteScheduler",
            "HeunDiscreteScheduler",
            "KDPM2DiscreteScheduler",
            "DPMSolverMultistepScheduler",
            "DPMSolverSinglestepScheduler",
            "UniPCMultistepScheduler");

    static List<Sampler> samplers() {
        return Sampler.all();
    }

    private final Random random = new Random(11);

    private float[] gaussian() {
        float[] values = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** A deterministic stand-in for a model. */
    private static float[] model(float[] input, double timestep) {
        float[] output = new float[input.length];
        for (int i = 0; i < input.length; i++) {
            output[i] = (float) (0.3 * input[i] + 0.05 * Math.sin(timestep / 100));
        }
        return output;
    }

    private static float[] finish(SamplerRun run, float[] start, NoiseDraw noise) {
        float[] latents = start;
        while (!run.isFinished()) {
            latents = run.step(model(run.scaleModelInput(latents), run.timestep()), latents, noise);
        }
        return latents;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DDIMScheduler",
                "PNDMScheduler",
                "EulerDiscreteScheduler",
                "LMSDiscreteScheduler",
                "HeunDiscreteScheduler",
                "KDPM2DiscreteScheduler",
                "DPMSolverMultistepScheduler",
                "DPMSolverSinglestepScheduler",
                "UniPCMultistepScheduler"
            })
    void aModelThatKnowsTheNoiseLeadsToTheCleanLatents(String className) {
        SamplerSpec sampler = sampler(
                className,
                "'clip_sample': false, 'set_alpha_to_one': true, 'timestep_spacing': 'trailing', 'beta_end': 0.01");
        for (int beginIndex : BEGINS_ANYWHERE.contains(className) ? new int[] {0, 4} : new int[] {0}) {
            float[] clean = gaussian();
            float[] noise = gaussian();
            SamplerRun run = sampler.start(StepPlan.of(10), beginIndex, 1);
            float[] latents = run.addNoise(clean, noise);
            while (!run.isFinished()) {
                latents = run.step(noise, latents, this::gaussian);
            }
            FloatAssert.assertClose(className + " from " + beginIndex, latents, clean, 2e-4, 0);
        }
    }

    @ParameterizedTest
    @MethodSource("samplers")
    void theSameRunTwiceGivesTheSameBitsAndLeavesItsArgumentsAlone(Sampler kind) {
        SamplerSpec sampler = SamplerSpec.of(stableDiffusion1(), kind);
        float[] start = gaussian();
        float[] startBefore = start.clone();
        float[] noise = gaussian();
        float[] noiseBefore = noise.clone();
        float[] first = finish(sampler.start(6, 1), start, () -> noise);
        float[] second = finish(sampler.start(6, 1), start, () -> noise);
        assertThat(second).isEqualTo(first);
        assertThat(start).isEqualTo(startBefore);
        assertThat(noise).isEqualTo(noiseBefore);
    }

    @ParameterizedTest
    @MethodSource("samplers")
    void aRunEndsAfterItsTimesteps(Sampler kind) {
        SamplerRun run = SamplerSpec.of(stableDiffusion1(), kind).start(StepPlan.of(5), 2, 1);
        int count = run.timesteps().length;
        assertThat(run.timestep()).isEqualTo(run.timesteps()[0]);
        float[] latents = finish(run, gaussian(), this::gaussian);
        String message = "the run is finished after " + count + " steps";
        assertThatIllegalStateException().isThrownBy(run::timestep).withMessage(message);
        assertThatIllegalStateException()
                .isThrownBy(() -> run.step(latents, latents, this::gaussian))
                .withMessage(message);
        assertThatIllegalStateException()
                .isThrownBy(() -> run.addNoise(latents, latents))
                .withMessage(message);
    }

    @ParameterizedTest
    @MethodSource("samplers")
    void aModelOutputOfAnotherSizeIsRefused(Sampler kind) {
        SamplerRun run = SamplerSpec.of(stableDiffusion1(), kind).start(5, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run.step(new float[SIZE + 1], new float[SIZE], this::gaussian))
                .withMessage("a model output of the latents' size is needed, got 33 and 32 values");
    }

    @Test
    void pndmRepeatsItsSecondTimestep() {
        SamplerSpec pndm = SamplerSpec.of(stableDiffusion1());
        assertThat(pndm.start(4, 1).timesteps()).containsExactly(751, 501, 501, 251, 1);
        assertThat(pndm.start(1, 1).timesteps()).containsExactly(1);
        assertThat(sampler("PNDMScheduler", "").start(4, 1).timesteps())
                .containsExactly(750, 625, 625, 500, 500, 375, 375, 250, 250, 125, 125, 0, 0);
    }

    @ParameterizedTest
    @CsvSource({"HeunDiscreteScheduler, Heun", "KDPM2DiscreteScheduler, DPM2", "KDPM2AncestralDiscreteScheduler, DPM2 a"
    })
    void twoEvaluationsMakeAStep(String className, String name) {
        SamplerSpec sampler = sampler(className, "'timestep_spacing': 'trailing'");
        assertThat(sampler.evaluationsPerStep()).isEqualTo(2);
        double[] all = sampler.start(4, 1).timesteps();
        assertThat(all).hasSize(7).startsWith(999);
        assertThat(sampler.start(StepPlan.of(4), 4, 1).timesteps())
                .containsExactly(Arrays.copyOfRange(all, 4, 7))
                .startsWith(499);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sampler.start(StepPlan.of(4), 3, 1))
                .withMessage(
                        name + " evaluates the model twice for each step and can begin at an even index only, was 3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"midpoint", "heun"})
    void aSpreadThatEndsWhereItsLastStepBeginsStaysFinite(String solver) {
        for (int order = 1; order <= 3; order++) {
            SamplerSpec sampler = sampler(
                    "DPMSolverMultistepScheduler",
                    "'use_karras_sigmas': true, 'final_sigmas_type': 'sigma_min', 'solver_type': '" + solver
                            + "', 'solver_order': " + order);
            for (float value : finish(sampler.start(20, 1), gaussian(), this::gaussian)) {
                assertThat(value).isFinite();
            }
        }
    }

    @Test
    void uniPcIsOfFirstOrderWhereItEndsClean() {
        for (float value : finish(
                sampler(
                                "UniPCMultistepScheduler",
                                "'lower_order_final': false, 'solver_type': 'bh1', 'solver_order': 3")
                        .start(6, 1),
                gaussian(),
                this::gaussian)) {
            assertThat(value).isFinite();
        }
    }

    @Test
    void blocksOfSinglestepSolversNeedNotFitTheSteps() {
        for (int order = 1; order <= 3; order++) {
            for (int steps = 1; steps <= 8; steps++) {
                SamplerSpec sampler =
                        sampler("DPMSolverSinglestepScheduler", "'solver_type': 'heun', 'solver_order': " + order);
                for (int beginIndex = 0; beginIndex < steps; beginIndex++) {
                    SamplerRun run = sampler.start(StepPlan.of(steps), beginIndex, 1);
                    for (float value : finish(run, gaussian(), this::gaussian)) {
                        assertThat(value).isFinite();
                    }
                }
            }
        }
    }

    @Test
    void tcdReadsEtaAsItsGamma() {
        Tcd tcd = (Tcd) SamplerSpec.of(stableDiffusion1(), Sampler.TCD);
        assertThat(tcd.withEta(0.7).eta()).isEqualTo(0.7);
        int[] drawn = {0};
        finish(tcd.withEta(0).start(4, 1), gaussian(), () -> {
            drawn[0]++;
            return gaussian();
        });
        assertThat(drawn[0]).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tcd.withEta(-0.1))
                .withMessage("eta must be from 0 to 1, was -0.1");
    }

    @Test
    void ddimFromPureNoiseWithAllNoiseFreshStaysFinite() {
        SamplerSpec ddim = sampler(
                        "DDIMScheduler",
                        "'beta_schedule': 'scaled_linear', 'beta_start': 0.00085, 'beta_end': 0.012,"
                                + " 'prediction_type': 'v_prediction', 'timestep_spacing': 'trailing',"
                                + " 'rescale_betas_zero_snr': true, 'clip_sample': false")
                .withEta(1);
        for (float value : finish(ddim.start(10, 1), gaussian(), this::gaussian)) {
            assertThat(value).isFinite();
        }
    }

    @Test
    void aLogarithmicVarianceIsTheSameVariance() {
        for (String size : new String[] {"small", "large"}) {
            float[] start = gaussian();
            float[] noise = gaussian();
            float[] plain = finish(
                    sampler("DDPMScheduler", "'variance_type': 'fixed_" + size + "'")
                            .start(5, 1),
                    start,
                    () -> noise);
            float[] logarithmic = finish(
                    sampler("DDPMScheduler", "'variance_type': 'fixed_" + size + "_log'")
                            .start(5, 1),
                    start,
                    () -> noise);
            assertThat(logarithmic).isEqualTo(plain);
        }
    }

    @Test
    void thresholdsAreThoseOfEachSample() {
        DenoisedLimit limit = new DenoisedLimit.Threshold(0.995, 10);
        float[] quiet = gaussian();
        float[] loud = sum(term(5, gaussian()));
        float[] both = Arrays.copyOf(quiet, 2 * SIZE);
        System.arraycopy(loud, 0, both, SIZE, SIZE);

        float[] limited = limit.apply(both, 2);

        assertThat(Arrays.copyOf(limited, SIZE)).isEqualTo(limit.apply(quiet, 1));
        assertThat(Arrays.copyOfRange(limited, SIZE, 2 * SIZE)).isEqualTo(limit.apply(loud, 1));
        for (float value : limited) {
            assertThat(value).isBetween(-1f, 1f);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> limit.apply(both, 3))
                .withMessage("64 values can't be a batch of 3");
    }

    @Test
    void churnActsWithinItsRangeOnly() {
        Euler euler =
                ((Euler) SamplerSpec.of(stableDiffusion1(), Sampler.EULER)).withChurn(new Euler.Churn(4, 1, 10, 1));
        int[] drawn = {0};
        SamplerRun run = euler.start(10, 1);
        double[] sigmas = euler.sigmaSchedule().sigmas(StepPlan.of(10), euler.noiseSchedule());
        finish(run, gaussian(), () -> {
            drawn[0]++;
            return gaussian();
        });
        assertThat(drawn[0]).isEqualTo((int)
                Arrays.stream(sigmas).filter(sigma -> sigma >= 1 && sigma <= 10).count());
    }

    @Test
    void eulerTakesTimestepsOfItsCallersChoice() {
        Euler euler = (Euler) SamplerSpec.of(stableDiffusion1(), Sampler.EULER);
        StepPlan plan = new StepPlan.Timesteps(List.of(900.0, 333.5, 7.0));
        assertThat(euler.start(plan, 0, 1).timesteps()).containsExactly(900, 333.5, 7);
        NoiseSchedule schedule = euler.noiseSchedule();
        assertThat(euler.sigmaSchedule().sigmas(plan, schedule))
                .containsExactly(schedule.sigma(900), schedule.sigma(333.5), schedule.sigma(7), 0);
    }
}
