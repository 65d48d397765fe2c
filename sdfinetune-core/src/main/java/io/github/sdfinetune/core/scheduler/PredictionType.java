package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.LinearCombination.sum;
import static io.github.sdfinetune.core.scheduler.LinearCombination.term;

import io.github.sdfinetune.Prediction;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.SchedulerConfig;
import java.util.Map;

/** What the UNet predicts. */
public enum PredictionType {
    /** The noise in the latents (arXiv:2006.11239). */
    EPSILON(Prediction.EPSILON),
    /** The velocity {@code signal · noise − noise · clean} (arXiv:2202.00512). */
    V_PREDICTION(Prediction.V_PREDICTION),
    /** The clean latents. */
    SAMPLE(Prediction.SAMPLE),
    /** The way from clean latents to noise, {@code noise − clean}, in latents of flow matching (arXiv:2210.02747). */
    FLOW_PREDICTION(Prediction.FLOW_PREDICTION);

    /** The words of {@code prediction_type} in configuration files. */
    static final Map<String, PredictionType> WORDS =
            Map.of("epsilon", EPSILON, "v_prediction", V_PREDICTION, "sample", SAMPLE);

    /** {@link #WORDS} and what models of flow matching have. */
    static final Map<String, PredictionType> WORDS_WITH_FLOW = Map.of(
            "epsilon", EPSILON, "v_prediction", V_PREDICTION, "sample", SAMPLE, "flow_prediction", FLOW_PREDICTION);

    private final Prediction published;

    PredictionType(Prediction published) {
        this.published = published;
    }

    /**
     * What a scheduler configuration says, whether or not its sampler can read it.
     *
     * @throws io.github.sdfinetune.error.ModelFormatException for an unknown word
     */
    public static PredictionType of(SchedulerConfig config) {
        return config.settings().oneOf("prediction_type", WORDS_WITH_FLOW, EPSILON);
    }

    /** Its name in the public API. */
    public Prediction published() {
        return published;
    }

    static PredictionType of(JsonFile settings) {
        return settings.oneOf("prediction_type", WORDS, EPSILON);
    }

    /**
     * For samplers that don't read clean latents.
     *
     * @param sampler for the error
     */
    static PredictionType noiseOrVelocity(JsonFile settings, String sampler) {
        PredictionType predictionType = of(settings);
        if (predictionType == SAMPLE) {
            throw settings.fault(
                    "prediction_type",
                    "is \"sample\", which the sampler " + sampler
                            + " can't read; others can: DDIM, Euler, Heun, DPM++ 2M, UniPC");
        }
        return predictionType;
    }

    /** The clean latents that the model sees in latents of this noise level. */
    float[] denoised(float[] modelOutput, float[] latents, NoiseLevel level) {
        double signal = level.signal();
        double noise = level.noise();
        return switch (this) {
            case EPSILON -> sum(term(1 / signal, latents), term(-noise / signal, modelOutput));
            case V_PREDICTION -> sum(term(signal, latents), term(-noise, modelOutput));
            case SAMPLE -> modelOutput;
            case FLOW_PREDICTION -> sum(term(1, latents), term(-noise, modelOutput));
        };
    }

    /** The noise that the model sees in latents of this noise level. */
    float[] epsilon(float[] modelOutput, float[] latents, NoiseLevel level) {
        return switch (this) {
            case EPSILON -> modelOutput;
            case V_PREDICTION -> sum(term(level.signal(), modelOutput), term(level.noise(), latents));
            case SAMPLE -> level.epsilon(latents, modelOutput);
            case FLOW_PREDICTION -> sum(term(1, latents), term(level.signal(), modelOutput));
        };
    }

    /** The clean latents that the model sees in unscaled latents {@code clean + sigma · noise}. */
    float[] denoised(float[] modelOutput, float[] latents, double sigma) {
        double variance = sigma * sigma + 1;
        return switch (this) {
            case EPSILON -> sum(term(1, latents), term(-sigma, modelOutput));
            case V_PREDICTION -> sum(term(1 / variance, latents), term(-sigma / Math.sqrt(variance), modelOutput));
            case SAMPLE -> modelOutput;
            case FLOW_PREDICTION -> throw new IllegalStateException("latents of flow matching are not unscaled");
        };
    }
}
