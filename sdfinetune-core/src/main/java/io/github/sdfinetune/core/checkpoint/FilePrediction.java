package io.github.sdfinetune.core.checkpoint;

import io.github.sdfinetune.Prediction;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the UNet of a file was trained to predict, which shows in no weight. */
final class FilePrediction {
    /** What a file can say, by the words of scheduler configurations. */
    static final Map<String, Prediction> WORDS = Stream.of(
                    Prediction.EPSILON, Prediction.V_PREDICTION, Prediction.SAMPLE)
            .collect(Collectors.toMap(Prediction::word, Function.identity()));

    /** At which the training of the first Stable Diffusion 2 with epsilon stood (2-base), as diffusers knows. */
    static final long SD2_BASE_STEP = 875_000;

    /** A tensor of this name says that the UNet predicts v. */
    static final String VELOCITY = "v_pred";

    /** A tensor of this name says that the last noise level was pure noise in training (arXiv:2305.08891). */
    static final String ZERO_TERMINAL_SNR = "ztsnr";

    private FilePrediction() {}

    /**
     * The header's {@code modelspec.prediction_type} and the mark {@code v_pred} count first; without them Stable Diffusion 2.x
     * predicts v as in diffusers, except for inpainting models.
     */
    static Prediction of(TensorFile file, Family family, boolean inpainting) {
        return switch (file.metadata().getOrDefault("modelspec.prediction_type", "")) {
            case "epsilon" -> Prediction.EPSILON;
            case "v", "v_prediction" -> Prediction.V_PREDICTION;
            case "sample" -> Prediction.SAMPLE;
            default -> isVelocity(file, family, inpainting) ? Prediction.V_PREDICTION : Prediction.EPSILON;
        };
    }

    private static boolean isVelocity(TensorFile file, Family family, boolean inpainting) {
        boolean published =
                isUsuallyVelocity(family, inpainting) && file.globalStep().orElse(0) != SD2_BASE_STEP;
        return published || file.names().contains(VELOCITY);
    }

    /** Whether a file that tells nothing of it is taken for one that predicts v. */
    static boolean isUsuallyVelocity(Family family, boolean inpainting) {
        return family == Family.SD2 && !inpainting;
    }
}
