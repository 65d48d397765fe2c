package io.github.sdfinetune.core.scheduler;

/** Where a sampler gets noise from: a seeded generator, or tests' own numbers. */
@FunctionalInterface
public interface NoiseDraw {
    /** Noise of the standard normal distribution, of the latents' size; each call gives new numbers. */
    float[] draw();
}
