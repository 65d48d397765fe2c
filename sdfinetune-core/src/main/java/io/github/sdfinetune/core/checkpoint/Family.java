package io.github.sdfinetune.core.checkpoint;

import io.github.sdfinetune.core.checkpoint.Family.Part.Kind;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The kinds of Stable Diffusion that come as one file, and where their components stand in it. */
public enum Family {
    SD1("Stable Diffusion 1.x"),
    SD2("Stable Diffusion 2.x"),
    SDXL("Stable Diffusion XL"),
    SDXL_REFINER("Stable Diffusion XL refiner");

    /**
     * A component in a file.
     *
     * @param component diffusers' name of it
     * @param prefix of its tensors
     */
    record Part(String component, String prefix, Kind kind) {
        enum Kind {
            UNET,
            VAE,
            CLIP,
            OPEN_CLIP,
            OPEN_CLIP_WITH_PROJECTION
        }

        static final Part UNET = new Part("unet", "model.diffusion_model.", Kind.UNET);
        static final Part VAE = new Part("vae", "first_stage_model.", Kind.VAE);

        boolean isText() {
            return kind != Kind.UNET && kind != Kind.VAE;
        }
    }

    private final String label;

    Family(String label) {
        this.label = label;
    }

    /** For people. */
    public String label() {
        return label;
    }

    List<Part> parts() {
        return switch (this) {
            case SD1 ->
                List.of(Part.UNET, Part.VAE, new Part("text_encoder", "cond_stage_model.transformer.", Kind.CLIP));
            case SD2 ->
                List.of(Part.UNET, Part.VAE, new Part("text_encoder", "cond_stage_model.model.", Kind.OPEN_CLIP));
            case SDXL ->
                List.of(
                        Part.UNET,
                        Part.VAE,
                        new Part("text_encoder", "conditioner.embedders.0.transformer.", Kind.CLIP),
                        new Part("text_encoder_2", "conditioner.embedders.1.model.", Kind.OPEN_CLIP_WITH_PROJECTION));
            case SDXL_REFINER ->
                List.of(
                        Part.UNET,
                        Part.VAE,
                        new Part("text_encoder_2", "conditioner.embedders.0.model.", Kind.OPEN_CLIP_WITH_PROJECTION));
        };
    }

    Optional<Part> part(String component) {
        return parts().stream()
                .filter(part -> part.component().equals(component))
                .findFirst();
    }

    /** The family of a file with these tensors, told from the text encoders, which differ between all of them. */
    public static Optional<Family> of(Set<String> names) {
        boolean first = has(names, "conditioner.embedders.0.transformer.");
        boolean second = has(names, "conditioner.embedders.1.model.");
        if (!has(names, Part.UNET.prefix())) {
            return Optional.empty();
        }
        if (first && second) {
            return Optional.of(SDXL);
        }
        if (has(names, "conditioner.embedders.0.model.")) {
            return Optional.of(SDXL_REFINER);
        }
        if (has(names, "cond_stage_model.model.")) {
            return Optional.of(SD2);
        }
        return has(names, "cond_stage_model.transformer.") ? Optional.of(SD1) : Optional.empty();
    }

    private static boolean has(Set<String> names, String prefix) {
        return names.stream().anyMatch(name -> name.startsWith(prefix));
    }

    @Override
    public String toString() {
        return label;
    }
}
