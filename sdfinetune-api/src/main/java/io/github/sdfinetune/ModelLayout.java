package io.github.sdfinetune;

import java.util.Locale;

/** The layouts in which a whole model can stand on the disk. */
public enum ModelLayout {
    /** A folder with one folder per component and configurations beside the weights, as diffusers writes it. */
    DIFFUSERS,
    /** One file with the weights of all networks, as the original programs, AUTOMATIC1111 and ComfyUI read it. */
    SINGLE_FILE;

    /**
     * Finds a layout by name, in any case, with a hyphen or an underscore.
     *
     * @throws IllegalArgumentException for an unknown name; the message lists the known ones
     */
    public static ModelLayout of(String name) {
        return switch (name.toLowerCase(Locale.ROOT).replace('_', '-')) {
            case "diffusers" -> DIFFUSERS;
            case "single-file" -> SINGLE_FILE;
            default ->
                throw new IllegalArgumentException(
                        "unknown model layout \"" + name + "\", expected diffusers or single-file");
        };
    }
}
