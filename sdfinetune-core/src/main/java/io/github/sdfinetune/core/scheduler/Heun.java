package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.LinearCombination.sum;
import static io.github.sdfinetune.core.scheduler.LinearCombination.term;

import io.github.sdfinetune.core.config.JsonFile;
import java.util.Arrays;

/** Heun's method, Algorithm 2 of Karras et al. 2022 (arXiv:2206.00364) without churn. */
record Heun(
        NoiseSchedule noiseSchedule, PredictionType predictionType, SigmaSchedule sigmaSchedule, DenoisedLimit limit)
        implements SigmaSampler {

    static Heun of(JsonFile settings) {
        return new Heun(
                NoiseSchedule.of(settings, NoiseSchedule.Defaults.SECOND_ORDER).withFiniteSigmas(),
                PredictionType.of(settings),
                SigmaSchedule.of(settings, SigmaSpread.of(settings)),
                DenoisedLimit.range(settings, false));
    }

    @Override
    public String name() {
        return SigmaSpread.name("Heun", sigmaSchedule.spread());
    }

    @Override
    public int evaluationsPerStep() {
        return 2;
    }

    @Override
    public SamplerRun start(StepPlan plan, int beginIndex, int batch) {
        double[] timesteps = timesteps(plan);
        double[] sigmas = sigmas(plan);
        return new Run(
                TwoStageRun.interleave(timesteps, Arrays.copyOfRange(timesteps, 1, timesteps.length)),
                TwoStageRun.interleave(
                        Arrays.copyOf(sigmas, sigmas.length - 1), Arrays.copyOfRange(sigmas, 1, sigmas.length)),
                beginIndex,
                batch);
    }

    private final class Run extends TwoStageRun {
        private final int batch;

        Run(double[] timesteps, double[] sigmas, int beginIndex, int batch) {
            super(Heun.this, timesteps, sigmas, beginIndex);
            this.batch = batch;
        }

        @Override
        float[] denoised(float[] modelOutput, float[] latents, double sigma) {
            return limit.apply(predictionType.denoised(modelOutput, latents, sigma), batch);
        }

        @Override
        float[] finish(int index, float[] origin, float[] first, float[] second, NoiseDraw noise) {
            double half = (sigmaAt(index) - sigmaAt(index - 1)) / 2;
            return sum(term(1, origin), term(half, first), term(half, second));
        }
    }
}
