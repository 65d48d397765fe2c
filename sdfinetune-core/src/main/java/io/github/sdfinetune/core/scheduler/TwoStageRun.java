package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.Checks.require;
import static io.github.sdfinetune.core.scheduler.LinearCombination.sum;
import static io.github.sdfinetune.core.scheduler.LinearCombination.term;

/**
 * A run that evaluates the model twice for each step but the last: where the step begins, and where Euler's method leads from there.
 * The sigmas and timesteps are those of all evaluations.
 */
abstract class TwoStageRun extends SigmaRun {
    private float[] origin = {};
    private float[] slope = {};

    TwoStageRun(SigmaSampler sampler, double[] timesteps, double[] sigmas, int beginIndex) {
        super(sampler, timesteps, sigmas, beginIndex);
        require(
                beginIndex % 2 == 0,
                "%s evaluates the model twice for each step and can begin at an even index only, was %d",
                sampler.name(),
                beginIndex);
    }

    /** Where each step begins, and after all but the last what is between (or beside) it and the next. */
    static double[] interleave(double[] first, double[] second) {
        double[] both = new double[first.length + second.length];
        for (int i = 0; i < both.length; i++) {
            both[i] = i % 2 == 0 ? first[i / 2] : second[i / 2];
        }
        return both;
    }

    /** The clean latents that the model sees. */
    abstract float[] denoised(float[] modelOutput, float[] latents, double sigma);

    /**
     * The end of a step.
     *
     * @param index of the second evaluation
     * @param origin the latents where the step began
     * @param first the derivative there
     * @param second the derivative at the second evaluation
     */
    abstract float[] finish(int index, float[] origin, float[] first, float[] second, NoiseDraw noise);

    @Override
    final float[] advance(int index, float[] modelOutput, float[] latents, NoiseDraw noise) {
        double sigma = sigmaAt(index);
        float[] denoised = denoised(modelOutput, latents, sigma);
        float[] derivative = sum(term(1 / sigma, latents), term(-1 / sigma, denoised));
        if (index % 2 == 1) {
            return finish(index, origin, slope, derivative, noise);
        }
        origin = latents;
        slope = derivative;
        return sum(term(1, latents), term(sigmaAt(index + 1) - sigma, derivative));
    }
}
