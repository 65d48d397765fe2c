package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.Checks.require;
import static io.github.sdfinetune.core.scheduler.LinearCombination.sum;
import static io.github.sdfinetune.core.scheduler.LinearCombination.term;

import io.github.sdfinetune.core.config.JsonFile;
import java.util.Map;

/** Denoising Diffusion Probabilistic Models: ancestral sampling (arXiv:2006.11239). */
record Ddpm(
        NoiseSchedule noiseSchedule,
        PredictionType predictionType,
        TimestepSpacing spacing,
        DenoisedLimit limit,
        Variance variance)
        implements SamplerSpec {

    /** How much fresh noise a step adds. */
    enum Variance {
        /** As much as is right if the clean latents are known. */
        SMALL,
        /** As much as the step of the forward process added. */
        LARGE
    }

    /**
     * A logarithmic variance that is not learned is the same variance. (For {@code fixed_large_log} diffusers itself takes the
     * root of the logarithm, which is no number.)
     */
    private static final Map<String, Variance> VARIANCES = Map.of(
            "fixed_small", Variance.SMALL,
            "fixed_small_log", Variance.SMALL,
            "fixed_large", Variance.LARGE,
            "fixed_large_log", Variance.LARGE);

    private static final double SMALLEST_VARIANCE = 1e-20;

    static Ddpm of(JsonFile settings) {
        return new Ddpm(
                NoiseSchedule.rescaled(settings),
                PredictionType.of(settings),
                TimestepSpacing.of(settings, TimestepSpacing.Rule.LEADING),
                DenoisedLimit.of(settings, true),
                variance(settings));
    }

    /** Refuses variances that the model itself predicts. */
    static Variance variance(JsonFile settings) {
        return settings.oneOf("variance_type", VARIANCES, Variance.SMALL);
    }

    @Override
    public String name() {
        return "DDPM";
    }

    @Override
    public SamplerRun start(StepPlan plan, int beginIndex, int batch) {
        return new Run(timesteps(plan), beginIndex, batch);
    }

    private int[] timesteps(StepPlan plan) {
        if (plan instanceof StepPlan.Timesteps custom) {
            require(
                    custom.timesteps().stream().allMatch(timestep -> timestep == Math.rint(timestep)),
                    "DDPM takes whole timesteps, got %s",
                    custom.timesteps());
            return custom.timesteps().stream().mapToInt(Double::intValue).toArray();
        }
        int steps = StepPlan.count(plan, name());
        return spacing.wholeTimesteps(steps, noiseSchedule.numTrainTimesteps());
    }

    private final class Run extends DiscreteRun {
        private final int lastIndex;
        private final int batch;

        Run(int[] timesteps, int beginIndex, int batch) {
            super(Ddpm.this, timesteps, beginIndex);
            this.lastIndex = timesteps.length - 1;
            this.batch = batch;
        }

        @Override
        float[] advance(int index, float[] modelOutput, float[] latents, NoiseDraw noise) {
            int timestep = timestepAt(index);
            NoiseLevel now = noiseSchedule.level(timestep);
            NoiseLevel next = index < lastIndex ? noiseSchedule.level(timestepAt(index + 1)) : NoiseLevel.CLEAN;
            float[] denoised = limit.apply(predictionType.denoised(modelOutput, latents, now), batch);

            // Equation 7 of the paper, with the step's own alpha and beta.
            double alpha = now.alphaCumprod() / next.alphaCumprod();
            double beta = 1 - alpha;
            double ofNoise = next.noiseVariance() / now.noiseVariance();
            float[] mean = sum(
                    term(next.signal() * beta / now.noiseVariance(), denoised),
                    term(Math.sqrt(alpha) * ofNoise, latents));
            if (timestep == 0) {
                return mean;
            }
            double added = switch (variance) {
                case SMALL -> Math.max(ofNoise * beta, SMALLEST_VARIANCE);
                case LARGE -> beta;
            };
            return sum(term(1, mean), term(Math.sqrt(added), noise.draw()));
        }
    }
}
