package io.github.sdfinetune.core.training;

import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.pipeline.LatentShape;
import io.github.sdfinetune.core.scheduler.NoiseSchedule;
import io.github.sdfinetune.core.scheduler.PredictionType;
import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.unet.Conditioning;
import io.github.sdfinetune.core.unet.UNet;

/**
 * What training minimises: the mean squared error of the UNet's prediction (arXiv:2006.11239).
 *
 * @param schedule how noisy each timestep is
 * @param predictionType what the UNet predicts
 */
public record Objective(NoiseSchedule schedule, PredictionType predictionType) {

    /** The loss of a batch, one number; recorded for differentiation where the thread records. */
    public Tensor loss(UNet unet, TrainingBatch batch, Patches patches) {
        LatentShape shape = batch.shape();
        float[] noisy = schedule.addNoise(batch.latents(), batch.noise(), batch.timesteps());
        Tensor prediction = unet.forward(
                tensor(noisy, shape), timesteps(batch.timesteps()), Conditioning.text(text(batch)), patches);
        return Kernels.meanSquaredError(prediction, tensor(target(batch), shape).beside(prediction));
    }

    private float[] target(TrainingBatch batch) {
        return switch (predictionType) {
            case EPSILON -> batch.noise();
            case V_PREDICTION -> schedule.velocity(batch.latents(), batch.noise(), batch.timesteps());
            case SAMPLE -> batch.latents();
            case FLOW_PREDICTION -> throw new IllegalStateException("DDPM's noise has no flow to predict");
        };
    }

    private static Tensor tensor(float[] values, LatentShape shape) {
        return Tensor.of(values, shape.batch(), shape.channels(), shape.height(), shape.width());
    }

    private static Tensor timesteps(int[] timesteps) {
        float[] values = new float[timesteps.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = timesteps[i];
        }
        return Tensor.of(values, values.length);
    }

    private static Tensor text(TrainingBatch batch) {
        int samples = batch.shape().batch();
        return Tensor.of(batch.text(), samples, batch.textTokens(), batch.text().length / samples / batch.textTokens());
    }
}
