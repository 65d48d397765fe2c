package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.Checks.require;
import static io.github.sdfinetune.core.scheduler.LinearCombination.sum;
import static io.github.sdfinetune.core.scheduler.LinearCombination.term;

import io.github.sdfinetune.core.config.JsonFile;

/**
 * Denoising Diffusion Implicit Models (arXiv:2010.02502).
 *
 * @param last the noise level after the last step
 * @param useClippedModelOutput whether the noise is derived anew from the limited prediction, as GLIDE does
 */
record Ddim(
        NoiseSchedule noiseSchedule,
        PredictionType predictionType,
        TimestepSpacing spacing,
        DenoisedLimit limit,
        NoiseLevel last,
        double eta,
        boolean useClippedModelOutput)
        implements SamplerSpec {

    Ddim {
        require(eta >= 0 && eta <= 1, "eta must be from 0 to 1, was %s", eta);
    }

    static Ddim of(JsonFile settings) {
        NoiseSchedule noiseSchedule = NoiseSchedule.rescaled(settings);
        return new Ddim(
                noiseSchedule,
                PredictionType.of(settings),
                TimestepSpacing.of(settings, TimestepSpacing.Rule.LEADING),
                DenoisedLimit.of(settings, true),
                settings.flag("set_alpha_to_one", true) ? NoiseLevel.CLEAN : noiseSchedule.level(0),
                0,
                false);
    }

    @Override
    public Ddim withEta(double otherEta) {
        return new Ddim(noiseSchedule, predictionType, spacing, limit, last, otherEta, useClippedModelOutput);
    }

    Ddim withClippedModelOutput() {
        return new Ddim(noiseSchedule, predictionType, spacing, limit, last, eta, true);
    }

    @Override
    public String name() {
        return "DDIM";
    }

    @Override
    public SamplerRun start(StepPlan plan, int beginIndex, int batch) {
        int steps = StepPlan.count(plan, name());
        int numTrainTimesteps = noiseSchedule.numTrainTimesteps();
        int[] timesteps = spacing.wholeTimesteps(steps, numTrainTimesteps);
        return new Run(timesteps, numTrainTimesteps / steps, beginIndex, batch);
    }

    private final class Run extends DiscreteRun {
        private final int stride;
        private final int batch;

        Run(int[] timesteps, int stride, int beginIndex, int batch) {
            super(Ddim.this, timesteps, beginIndex);
            this.stride = stride;
            this.batch = batch;
        }

        @Override
        float[] advance(int index, float[] modelOutput, float[] latents, NoiseDraw noise) {
            int timestep = timestepAt(index);
            NoiseLevel now = noiseSchedule.level(timestep);
            NoiseLevel next = timestep >= stride ? noiseSchedule.level(timestep - stride) : last;
            float[] denoised = limit.apply(predictionType.denoised(modelOutput, latents, now), batch);
            float[] epsilon = useClippedModelOutput
                    ? now.epsilon(latents, denoised)
                    : predictionType.epsilon(modelOutput, latents, now);

            // Equations 12 and 16 of the paper. From pure noise with eta 1, rounding can bring the root's argument
            // below 0.
            double variance =
                    next.noiseVariance() / now.noiseVariance() * (1 - now.alphaCumprod() / next.alphaCumprod());
            double deviation = eta * Math.sqrt(variance);
            double direction = Math.sqrt(Math.max(next.noiseVariance() - deviation * deviation, 0));
            float[] previous = sum(term(next.signal(), denoised), term(direction, epsilon));
            return eta > 0 ? sum(term(1, previous), term(deviation, noise.draw())) : previous;
        }
    }
}
