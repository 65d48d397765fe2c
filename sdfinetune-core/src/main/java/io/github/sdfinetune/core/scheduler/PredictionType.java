package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.LinearCombination.sum;
import static io.github.sdfinetune.core.scheduler.LinearCombination.term;

import java.util.Map;

/** What the UNet predicts. */
public enum PredictionType {
    /** The noise in the latents (arXiv:2006.11239). */
    EPSILON,
    /** The velocity {@code signal · noise − noise · clean} (arXiv:2202.00512). */
    V_PREDICTION,
    /** The clean latents. */
    SAMPLE;

    /** The words of {@code prediction_type} in configuration files. */
    static final Map<String, PredictionType> WORDS =
            Map.of("epsilon", EPSILON, "v_prediction", V_PREDICTION, "sample", SAMPLE);

    /** The clean latents that the model sees in latents of this noise level. */
    float[] denoised(float[] modelOutput, float[] latents, NoiseLevel level) {
        double signal = level.signal();
        double noise = level.noise();
        return switch (this) {
            case EPSILON -> sum(term(1 / signal, latents), term(-noise / signal, modelOutput));
            case V_PREDICTION -> sum(term(signal, latents), term(-noise, modelOutput));
            case SAMPLE -> modelOutput;
        };
    }

    /** The noise that the model sees in latents of this noise level. */
    float[] epsilon(float[] modelOutput, float[] latents, NoiseLevel level) {
        return switch (this) {
            case EPSILON -> modelOutput;
            case V_PREDICTION -> sum(term(level.signal(), modelOutput), term(level.noise(), latents));
            case SAMPLE -> level.epsilon(latents, modelOutput);
        };
    }

    /** The clean latents that the model sees in unscaled latents {@code clean + sigma · noise}. */
    float[] denoised(float[] modelOutput, float[] latents, double sigma) {
        double variance = sigma * sigma + 1;
        return switch (this) {
            case EPSILON -> sum(term(1, latents), term(-sigma, modelOutput));
            case V_PREDICTION -> sum(term(1 / variance, latents), term(-sigma / Math.sqrt(variance), modelOutput));
            case SAMPLE -> modelOutput;
        };
    }
}
