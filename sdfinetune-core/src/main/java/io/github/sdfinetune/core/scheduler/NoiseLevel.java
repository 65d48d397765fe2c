package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.LinearCombination.sum;
import static io.github.sdfinetune.core.scheduler.LinearCombination.term;

/**
 * How noisy latents are: they are {@code signal · clean + noise · epsilon} with signal² + noise² = 1.
 *
 * @param alphaCumprod the signal's share of the variance, 1 for clean latents, 0 for pure noise
 */
record NoiseLevel(double alphaCumprod) {
    static final NoiseLevel CLEAN = new NoiseLevel(1);

    double signal() {
        return Math.sqrt(alphaCumprod);
    }

    double noise() {
        return Math.sqrt(1 - alphaCumprod);
    }

    double noiseVariance() {
        return 1 - alphaCumprod;
    }

    /** The noise that is in the latents if this is what they were without. */
    float[] epsilon(float[] latents, float[] denoised) {
        return sum(term(1 / noise(), latents), term(-signal() / noise(), denoised));
    }
}
