package io.github.sdfinetune.core.training;

import io.github.sdfinetune.core.pipeline.LatentShape;

/**
 * What one training step is about; all arrays are in row-major order.
 *
 * @param shape of the latents
 * @param latents clean and scaled, (batch, channels, height/8, width/8)
 * @param noise to be added, shaped like the latents
 * @param timesteps one for each sample
 * @param text states, (batch, textTokens, dim)
 * @param textTokens how many tokens each text has
 */
public record TrainingBatch(
        LatentShape shape, float[] latents, float[] noise, int[] timesteps, float[] text, int textTokens) {}
