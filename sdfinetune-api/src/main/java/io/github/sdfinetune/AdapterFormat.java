package io.github.sdfinetune;

/** The layouts in which an adapter can be written; reading recognises them by itself. */
public enum AdapterFormat {
    /** Keys as {@code save_lora_weights} of diffusers writes them (peft's {@code lora_A}, {@code lora_B}); a word under itself. */
    DIFFUSERS,
    /** Keys of kohya's sd-scripts ({@code lora_unet_…lora_down}, {@code .alpha}), as AUTOMATIC1111 and ComfyUI read them; a word as {@code emb_params}. */
    KOHYA;

    /**
     * Finds a format by {@linkplain io.github.sdfinetune name}.
     *
     * @throws IllegalArgumentException for an unknown name; the message lists the known ones
     */
    public static AdapterFormat of(String name) {
        return ConstantNames.find(AdapterFormat.class, "adapter format", name);
    }
}
