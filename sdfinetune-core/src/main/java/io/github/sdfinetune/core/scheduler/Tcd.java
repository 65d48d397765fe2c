package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.Checks.require;
import static io.github.sdfinetune.core.scheduler.LinearCombination.sum;
import static io.github.sdfinetune.core.scheduler.LinearCombination.term;

import io.github.sdfinetune.core.config.JsonFile;

/**
 * Strategic stochastic sampling of trajectory consistency distillation (Algorithm 4 of arXiv:2402.19159): each step goes beyond the
 * next timestep and comes back by fresh noise.
 *
 * @param eta how far beyond, from 0 for not at all to 1 for clean latents (the paper's gamma)
 */
record Tcd(NoiseSchedule noiseSchedule, PredictionType predictionType, ConsistencySteps consistencySteps, double eta)
        implements SamplerSpec {
    private static final double DEFAULT_ETA = 0.3;

    Tcd {
        require(eta >= 0 && eta <= 1, "eta must be from 0 to 1, was %s", eta);
    }

    static Tcd of(JsonFile settings) {
        NoiseSchedule noiseSchedule = NoiseSchedule.rescaled(settings, NoiseSchedule.Defaults.LATENT);
        return new Tcd(
                noiseSchedule, PredictionType.of(settings), ConsistencySteps.of(settings, noiseSchedule), DEFAULT_ETA);
    }

    @Override
    public Tcd withEta(double otherEta) {
        return new Tcd(noiseSchedule, predictionType, consistencySteps, otherEta);
    }

    @Override
    public String name() {
        return "TCD";
    }

    @Override
    public SamplerRun start(StepPlan plan, int beginIndex, int batch) {
        int steps = StepPlan.count(plan, name());
        return new Run(consistencySteps.timesteps(steps, noiseSchedule.numTrainTimesteps()), beginIndex);
    }

    private final class Run extends DiscreteRun {
        private final int lastIndex;

        Run(int[] timesteps, int beginIndex) {
            super(Tcd.this, timesteps, beginIndex);
            this.lastIndex = timesteps.length - 1;
        }

        @Override
        float[] advance(int index, float[] modelOutput, float[] latents, NoiseDraw noise) {
            NoiseLevel now = noiseSchedule.level(timestepAt(index));
            int nextTimestep = index < lastIndex ? timestepAt(index + 1) : 0;
            NoiseLevel beyond = noiseSchedule.level((int) ((1 - eta) * nextTimestep));
            float[] there = beyond.mix(
                    predictionType.denoised(modelOutput, latents, now),
                    predictionType.epsilon(modelOutput, latents, now));
            if (eta == 0 || index == lastIndex) {
                return there;
            }
            double kept = noiseSchedule.level(nextTimestep).alphaCumprod() / beyond.alphaCumprod();
            return sum(term(Math.sqrt(kept), there), term(Math.sqrt(1 - kept), noise.draw()));
        }
    }
}
