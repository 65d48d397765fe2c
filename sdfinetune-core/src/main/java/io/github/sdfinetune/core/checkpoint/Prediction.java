package io.github.sdfinetune.core.checkpoint;

/** What the UNet of a file was trained to say, which shows in no weight. */
final class Prediction {
    /** At which the training of the first Stable Diffusion 2 with epsilon stood (2-base), as diffusers knows. */
    static final long SD2_BASE_STEP = 875_000;

    /** A tensor of this name says that the UNet says v. */
    static final String VELOCITY = "v_pred";

    /** A tensor of this name says that the last noise level was pure noise in training (arXiv:2305.08891). */
    static final String ZERO_TERMINAL_SNR = "ztsnr";

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
        if (said.equals("v") || said.equals("v_prediction") || file.names().contains(VELOCITY)) {
            return true;
        }
        return isUsuallyVelocity(family, inpainting) && file.globalStep().orElse(0) != SD2_BASE_STEP;
    }

    /** Whether a file that tells nothing of it is taken for one that says v. */
    static boolean isUsuallyVelocity(Family family, boolean inpainting) {
        return family == Family.SD2 && !inpainting;
    }
}
