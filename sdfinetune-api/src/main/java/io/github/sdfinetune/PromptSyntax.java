package io.github.sdfinetune;

/** How the text of a prompt is read. */
public enum PromptSyntax {
    /** As words and nothing else, cut after what the text encoder reads at once (75 tokens), as diffusers does. */
    PLAIN,
    /**
     * The language of AUTOMATIC1111's stable-diffusion-webui 1.10: {@code (word:1.3)}, {@code [word]}, {@code BREAK}, {@code a AND
     * b :1.2}, {@code [from:to:when]}, {@code [a|b]}, {@code <lora:name:weight>}; prompts of any length.
     */
    A1111;

    /**
     * Finds a syntax by {@linkplain io.github.sdfinetune name}.
     *
     * @throws IllegalArgumentException for an unknown name; the message lists the known ones
     */
    public static PromptSyntax of(String name) {
        return ConstantNames.find(PromptSyntax.class, "prompt syntax", name);
    }
}
