package io.github.sdfinetune;

import java.util.Locale;

/** The layouts in which an adapter can be written; reading recognises them by itself. */
public enum AdapterFormat {
    /** Keys as {@code save_lora_weights} of diffusers writes them (peft's {@code lora_A}, {@code lora_B}); a word under itself. */
    DIFFUSERS,
    /** Keys of kohya's sd-scripts ({@code lora_unet_…lora_down}, {@code .alpha}), as AUTOMATIC1111 and ComfyUI read them; a word as {@code emb_params}. */
    KOHYA;

    /**
     * Finds a format by name, in any case.
     *
     * @throws IllegalArgumentException for an unknown name; the message lists the known ones
     */
    public static AdapterFormat of(String name) {
        for (AdapterFormat format : values()) {
            if (format.name().equals(name.toUpperCase(Locale.ROOT))) {
                return format;
            }
        }
        throw new IllegalArgumentException("unknown adapter format \"" + name + "\", expected diffusers or kohya");
    }
}
