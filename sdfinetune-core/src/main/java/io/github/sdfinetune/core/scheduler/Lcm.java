package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.LinearCombination.sum;
import static io.github.sdfinetune.core.scheduler.LinearCombination.term;

import io.github.sdfinetune.core.config.JsonFile;

/**
 * Multistep consistency sampling of latent consistency models (Algorithm 3 of arXiv:2310.04378): each step predicts clean latents
 * and makes them noisy again, though less.
 *
 * @param timestepScaling how steeply the share of the model's prediction grows with the timestep
 */
record Lcm(
        NoiseSchedule noiseSchedule,
        PredictionType predictionType,
        ConsistencySteps consistencySteps,
        DenoisedLimit limit,
        double timestepScaling)
        implements SamplerSpec {
    private static final double SIGMA_DATA = 0.5;

    static Lcm of(JsonFile settings) {
        NoiseSchedule noiseSchedule = NoiseSchedule.rescaled(settings, NoiseSchedule.Defaults.LATENT);
        return new Lcm(
                noiseSchedule,
                PredictionType.of(settings),
                ConsistencySteps.of(settings, noiseSchedule),
                DenoisedLimit.of(settings, false),
                settings.number("timestep_scaling", 10));
    }

    Lcm withOriginalSteps(int originalSteps) {
        return new Lcm(noiseSchedule, predictionType, new ConsistencySteps(originalSteps), limit, timestepScaling);
    }

    @Override
    public String name() {
        return "LCM";
    }

    @Override
    public SamplerRun start(StepPlan plan, int beginIndex, int batch) {
        int steps = StepPlan.count(plan, name());
        return new Run(consistencySteps.timesteps(steps, noiseSchedule.numTrainTimesteps()), beginIndex, batch);
    }

    private final class Run extends DiscreteRun {
        private final int lastIndex;
        private final int batch;

        Run(int[] timesteps, int beginIndex, int batch) {
            super(Lcm.this, timesteps, beginIndex);
            this.lastIndex = timesteps.length - 1;
            this.batch = batch;
        }

        @Override
        float[] advance(int index, float[] modelOutput, float[] latents, NoiseDraw noise) {
            NoiseLevel now = noiseSchedule.level(timestepAt(index));
            float[] denoised = limit.apply(predictionType.denoised(modelOutput, latents, now), batch);
            double scaled = timestepAt(index) * timestepScaling;
            double variance = scaled * scaled + SIGMA_DATA * SIGMA_DATA;
            float[] consistent = sum(
                    term(scaled / Math.sqrt(variance), denoised), term(SIGMA_DATA * SIGMA_DATA / variance, latents));
            return index == lastIndex
                    ? consistent
                    : noiseSchedule.level(timestepAt(index + 1)).mix(consistent, noise.draw());
        }
    }
}
