package io.github.sdfinetune.core.training;

import io.github.sdfinetune.core.pipeline.LatentShape;
import java.util.List;

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
        LatentShape shape, float[] latents, float[] noise, int[] timesteps, float[] text, int textTokens) {

    /**
     * The random numbers of a batch.
     *
     * @param posterior by which latents differ from their means, in standard deviations; shaped like the latents
     * @param noise to be added, shaped like the latents
     * @param timesteps one for each sample
     */
    public record Randomness(float[] posterior, float[] noise, int[] timesteps) {}

    /**
     * Joins examples; the latents of each are drawn from its distribution.
     *
     * @param shape of the latents
     * @param scalingFactor of the VAE
     */
    public static TrainingBatch of(
            List<EncodedExample> examples,
            LatentShape shape,
            double scalingFactor,
            int textTokens,
            Randomness randomness) {
        return new TrainingBatch(
                shape,
                latents(examples, shape, scalingFactor, randomness.posterior()),
                randomness.noise(),
                randomness.timesteps(),
                text(examples),
                textTokens);
    }

    private static float[] latents(
            List<EncodedExample> examples, LatentShape shape, double scalingFactor, float[] posterior) {
        float[] latents = new float[shape.count()];
        int each = shape.count() / shape.batch();
        for (int i = 0; i < shape.batch(); i++) {
            EncodedExample example = examples.get(i);
            for (int j = 0; j < each; j++) {
                int k = i * each + j;
                latents[k] = (float) ((example.mean()[j] + example.deviation()[j] * posterior[k]) * scalingFactor);
            }
        }
        return latents;
    }

    private static float[] text(List<EncodedExample> examples) {
        int each = examples.get(0).text().length;
        float[] text = new float[examples.size() * each];
        for (int i = 0; i < examples.size(); i++) {
            System.arraycopy(examples.get(i).text(), 0, text, i * each, each);
        }
        return text;
    }
}
