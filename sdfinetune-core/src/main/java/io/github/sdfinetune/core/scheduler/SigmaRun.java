package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.LinearCombination.sum;
import static io.github.sdfinetune.core.scheduler.LinearCombination.term;

import java.util.Arrays;

/** A run over latents {@code clean + sigma · noise}, whose variance falls with sigma. */
abstract class SigmaRun extends SamplerRun {
    private final double[] sigmas;
    private final double initNoiseSigma;

    /** With one evaluation of the model for each step. */
    SigmaRun(SigmaSampler sampler, StepPlan plan, int beginIndex) {
        this(sampler, sampler.timesteps(plan), sampler.sigmas(plan), beginIndex);
    }

    /** @param sigmas one more than timesteps */
    SigmaRun(SigmaSampler sampler, double[] timesteps, double[] sigmas, int beginIndex) {
        super(timesteps, beginIndex);
        this.sigmas = sigmas;
        double largest = Arrays.stream(sigmas).max().orElseThrow();
        // Leading steps start below the training's last timestep, where the latents still hold a signal of variance 1.
        this.initNoiseSigma = sampler.sigmaSchedule().spacing().rule() == TimestepSpacing.Rule.LEADING
                ? Math.sqrt(largest * largest + 1)
                : largest;
    }

    final double sigmaAt(int index) {
        return sigmas[index];
    }

    final int sigmaCount() {
        return sigmas.length;
    }

    @Override
    public final double initNoiseSigma() {
        return initNoiseSigma;
    }

    @Override
    public final float[] scaleModelInput(float[] latents) {
        double sigma = sigmas[index()];
        return sum(term(1 / Math.sqrt(sigma * sigma + 1), latents));
    }

    @Override
    public final float[] addNoise(float[] clean, float[] noise) {
        return sum(term(1, clean), term(sigmas[index()], noise));
    }
}
