package io.github.sdfinetune;

import java.util.Map;

/** What the UNet of a model was trained to predict. Nothing in its weights tells. */
public enum Prediction {
    /** The noise in the latents (arXiv:2006.11239): Stable Diffusion 1.x, 2-base and XL. */
    EPSILON,
    /** The velocity, a mix of noise and clean latents (arXiv:2202.00512): Stable Diffusion 2.x for 768 pixels. */
    V_PREDICTION,
    /** The clean latents. */
    SAMPLE,
    /** The way from clean latents to noise of flow matching (arXiv:2210.02747), which only a scheduler configuration can ask for. */
    FLOW_PREDICTION;

    /**
     * Finds a prediction by {@linkplain io.github.sdfinetune name}; {@code v} is short for {@code v_prediction}.
     *
     * @throws IllegalArgumentException for an unknown name; the message lists the known ones
     */
    public static Prediction of(String name) {
        return ConstantNames.find(Prediction.class, "prediction", name, Map.of("v", V_PREDICTION));
    }

    /** The word for it in scheduler configurations, such as {@code v_prediction}. */
    public String word() {
        return ConstantNames.word(this);
    }
}
