package io.github.sdfinetune.lora.concept;

/** The text encoders of Stable Diffusion XL, as files name them; other models have the first one only. */
enum TextEncoderKey {
    FIRST("clip_l", "text_encoder"),
    SECOND("clip_g", "text_encoder_2");

    private final String key;
    private final String component;

    TextEncoderKey(String key, String component) {
        this.key = key;
        this.component = component;
    }

    /** In a file. */
    String key() {
        return key;
    }

    /** In a model's folder. */
    String component() {
        return component;
    }
}
