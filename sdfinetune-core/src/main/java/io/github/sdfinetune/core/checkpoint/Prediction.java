package io.github.sdfinetune.core.checkpoint;

/** What the UNet of a file was trained to say, which shows in no weight. */
final class Prediction {
    /** At which the training of the first Stable Diffusion 2 with epsilon stood (2-base), as diffusers knows. */
    private static final long SD2_BASE_STEP = 875_000;

    private Prediction() {}

    /**
     * Whether it says v (arXiv:2202.00512) instead of the noise. The header's {@code modelspec.prediction_type} and the mark
     * {@code v_pred} count first; without them Stable Diffusion 2.x does as in diffusers, except for inpainting models.
     */
    static boolean isVelocity(TensorFile file, Family family, boolean inpainting) {
        String said = file.metadata().getOrDefault("modelspec.prediction_type", "");
        if (said.equals("epsilon")) {
            return false;
        }
        if (said.equals("v") || said.equals("v_prediction") || file.names().contains("v_pred")) {
            return true;
        }
        return family == Family.SD2 && !inpainting && file.globalStep().orElse(0) != SD2_BASE_STEP;
    }
}
