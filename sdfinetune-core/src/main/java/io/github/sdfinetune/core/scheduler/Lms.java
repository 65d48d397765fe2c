package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.Checks.require;
import static io.github.sdfinetune.core.scheduler.LinearCombination.sum;
import static io.github.sdfinetune.core.scheduler.LinearCombination.term;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.scheduler.LinearCombination.Term;
import java.util.Arrays;
import java.util.List;

/**
 * The linear multistep method (k-diffusion's {@code sample_lms}): the derivatives of the last steps are extrapolated by a
 * polynomial in sigma.
 *
 * @param order how many derivatives are used, at least 1
 */
record Lms(NoiseSchedule noiseSchedule, PredictionType predictionType, SigmaSchedule sigmaSchedule, int order)
        implements SigmaSampler {
    private static final int DEFAULT_ORDER = 4;

    static Lms of(JsonFile settings) {
        return new Lms(
                NoiseSchedule.of(settings).withFiniteSigmas(),
                PredictionType.of(settings),
                SigmaSchedule.of(settings, SigmaSpread.of(settings)),
                DEFAULT_ORDER);
    }

    Lms withOrder(int other) {
        return new Lms(noiseSchedule, predictionType, sigmaSchedule, other);
    }

    @Override
    public String name() {
        return SigmaSpread.name("LMS", sigmaSchedule.spread());
    }

    @Override
    public SamplerRun start(StepPlan plan, int beginIndex, int batch) {
        double[] sigmas = sigmas(plan);
        for (int i = 1; i < sigmas.length; i++) {
            require(
                    sigmas[i] < sigmas[i - 1],
                    "LMS needs sigmas that fall at every step, sigmas %d and %d of these steps are both %s; fewer steps"
                            + " (or a smaller steps_offset) are apart",
                    i,
                    i + 1,
                    sigmas[i]);
        }
        return new Run(plan, beginIndex);
    }

    private final class Run extends SigmaRun {
        private final RecentOutputs derivatives = new RecentOutputs(order);

        Run(StepPlan plan, int beginIndex) {
            super(Lms.this, plan, beginIndex);
        }

        @Override
        float[] advance(int index, float[] modelOutput, float[] latents, NoiseDraw noise) {
            double sigma = sigmaAt(index);
            float[] denoised = predictionType.denoised(modelOutput, latents, sigma);
            derivatives.add(sum(term(1 / sigma, latents), term(-1 / sigma, denoised)));
            List<Term> terms = derivatives.weighted(weights(index));
            terms.add(term(1, latents));
            return sum(terms);
        }

        /** As in diffusers, the polynomial counts the steps that an image-to-image run has left out, though not their derivatives. */
        private double[] weights(int index) {
            double[] nodes = new double[Math.min(index + 1, order)];
            Arrays.setAll(nodes, i -> sigmaAt(index - i) - sigmaAt(index));
            double change = sigmaAt(index + 1) - sigmaAt(index);
            double[] moments = new double[nodes.length];
            Arrays.setAll(moments, power -> Math.pow(change, power + 1) / (power + 1));
            return Interpolation.weights(nodes, moments);
        }
    }
}
