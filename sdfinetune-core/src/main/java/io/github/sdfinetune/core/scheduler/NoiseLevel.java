package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.LinearCombination.sum;
import static io.github.sdfinetune.core.scheduler.LinearCombination.term;

/** How noisy latents are: they are {@code signal · clean + noise · epsilon}. */
record NoiseLevel(double signal, double noise) {
    static final NoiseLevel CLEAN = new NoiseLevel(1, 0);

    /**
     * A level with signal² + noise² = 1.
     *
     * @param alphaCumprod the signal's share of the variance, 1 for clean latents, 0 for pure noise
     */
    static NoiseLevel ofAlphaCumprod(double alphaCumprod) {
        return new NoiseLevel(Math.sqrt(alphaCumprod), Math.sqrt(1 - alphaCumprod));
    }

    /**
     * A level with signal² + noise² = 1.
     *
     * @param sigma noise over signal
     */
    static NoiseLevel ofSigma(double sigma) {
        double signal = 1 / Math.sqrt(sigma * sigma + 1);
        return new NoiseLevel(signal, sigma * signal);
    }

    /** A level of flow matching (arXiv:2210.02747), with signal + noise = 1. */
    static NoiseLevel ofFlow(double noise) {
        return new NoiseLevel(1 - noise, noise);
    }

    double alphaCumprod() {
        return signal * signal;
    }

    double noiseVariance() {
        return noise * noise;
    }

    /** Noise over signal. */
    double sigma() {
        return noise / signal;
    }

    /** The logarithm of signal over noise; infinite for clean latents. */
    double lambda() {
        return Math.log(signal / noise);
    }

    /** The noise that is in the latents if this is what they were without. */
    float[] epsilon(float[] latents, float[] denoised) {
        return sum(term(1 / noise, latents), term(-signal / noise, denoised));
    }

    /** Clean latents made this noisy. */
    float[] mix(float[] clean, float[] epsilon) {
        return sum(term(signal, clean), term(noise, epsilon));
    }
}
