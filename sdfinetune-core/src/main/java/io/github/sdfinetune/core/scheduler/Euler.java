package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.Checks.require;
import static io.github.sdfinetune.core.scheduler.LinearCombination.sum;
import static io.github.sdfinetune.core.scheduler.LinearCombination.term;

import io.github.sdfinetune.core.config.JsonFile;

/** Euler's method, Algorithm 2 of Karras et al. 2022 (arXiv:2206.00364) without its second order. */
record Euler(NoiseSchedule noiseSchedule, PredictionType predictionType, SigmaSchedule sigmaSchedule, Churn churn)
        implements SigmaSampler {

    /**
     * Noise that is added before a step and removed by it, {@code S_churn}, {@code S_tmin}, {@code S_tmax} and {@code S_noise}
     * of the paper.
     *
     * @param amount over all steps; 0 for none
     * @param smallestSigma steps below have no churn
     * @param largestSigma steps above have no churn
     * @param noiseScale the standard deviation of the noise
     */
    record Churn(double amount, double smallestSigma, double largestSigma, double noiseScale) {
        static final Churn NONE = new Churn(0, 0, Double.POSITIVE_INFINITY, 1);
        private static final double LARGEST_GAMMA = Math.sqrt(2) - 1;

        Churn {
            require(amount >= 0, "churn must be at least 0, was %s", amount);
        }

        /** By how much a sigma is raised, as a share of itself. */
        double gamma(double sigma, int sigmas) {
            boolean within = smallestSigma <= sigma && sigma <= largestSigma;
            return within ? Math.min(amount / (sigmas - 1), LARGEST_GAMMA) : 0;
        }
    }

    static Euler of(JsonFile settings) {
        PredictionType predictionType = PredictionType.of(settings);
        return new Euler(
                NoiseSchedule.rescaled(settings).withFiniteSigmas(),
                predictionType,
                SigmaSchedule.of(settings, predictionType),
                Churn.NONE);
    }

    Euler withChurn(Churn other) {
        return new Euler(noiseSchedule, predictionType, sigmaSchedule, other);
    }

    @Override
    public String name() {
        return SigmaSpread.name("Euler", sigmaSchedule.spread());
    }

    @Override
    public SamplerRun start(StepPlan plan, int beginIndex, int batch) {
        return new Run(plan, beginIndex);
    }

    private final class Run extends SigmaRun {
        Run(StepPlan plan, int beginIndex) {
            super(Euler.this, plan, beginIndex);
        }

        @Override
        float[] advance(int index, float[] modelOutput, float[] latents, NoiseDraw noise) {
            double sigma = sigmaAt(index);
            double gamma = churn.gamma(sigma, sigmaCount());
            double sigmaHat = sigma * (gamma + 1);
            float[] noisier = latents;
            if (gamma > 0) {
                double added = churn.noiseScale() * Math.sqrt(sigmaHat * sigmaHat - sigma * sigma);
                noisier = sum(term(1, latents), term(added, noise.draw()));
            }
            // As in diffusers, a velocity is read at the sigma that the model was given, noise at the raised one.
            double readAt = predictionType == PredictionType.V_PREDICTION ? sigma : sigmaHat;
            float[] denoised = predictionType.denoised(modelOutput, noisier, readAt);
            double kept = sigmaAt(index + 1) / sigmaHat;
            return sum(term(kept, noisier), term(1 - kept, denoised));
        }
    }
}
