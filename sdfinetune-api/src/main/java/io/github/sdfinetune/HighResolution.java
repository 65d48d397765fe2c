package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;

import java.util.OptionalInt;

/**
 * A second pass at a larger size, as "hires. fix" of AUTOMATIC1111's web interface: what the first pass made is scaled up, made noisy
 * and denoised again. So large pictures keep the composition of the size that the model was trained with.
 *
 * @param width in pixels, a multiple of the VAE's factor
 * @param height in pixels, a multiple of the VAE's factor
 * @param steps 1 to 1000, of which the share {@code strength} is done. Default: those of the first pass
 * @param strength 0 to 1
 */
public record HighResolution(int width, int height, Upscaling upscaling, OptionalInt steps, double strength) {
    private static final double DEFAULT_STRENGTH = 0.7;

    /**
     * How the result of the first pass is scaled. Scaled latents need a strength from about 0.5 on, below which the picture stays
     * blurred; they are those of {@code torch.nn.functional.interpolate}.
     */
    public enum Upscaling {
        /** The latents, mode bilinear. */
        LATENT("Latent"),
        /** The latents, mode bilinear with antialiasing. */
        LATENT_ANTIALIASED("Latent (antialiased)"),
        /** The latents, mode bicubic. */
        LATENT_BICUBIC("Latent (bicubic)"),
        /** The latents, mode bicubic with antialiasing. */
        LATENT_BICUBIC_ANTIALIASED("Latent (bicubic antialiased)"),
        /** The latents, each taken as it is; mode nearest. */
        LATENT_NEAREST("Latent (nearest)"),
        /** The latents, each taken as it is; mode nearest-exact. */
        LATENT_NEAREST_EXACT("Latent (nearest-exact)"),
        /** The decoded picture by Lanczos' filter, as Pillow does; serves low strengths too. */
        LANCZOS("Lanczos");

        private final String label;

        Upscaling(String label) {
            this.label = label;
        }

        /** Its name in AUTOMATIC1111's web interface. */
        public String label() {
            return label;
        }

        /**
         * Finds a way by {@linkplain io.github.sdfinetune name}, to which its {@link #label} counts.
         *
         * @throws IllegalArgumentException for an unknown name; the message lists the known ones
         */
        public static Upscaling of(String name) {
            return ConstantNames.find(Upscaling.class, "upscaler", name);
        }
    }

    public HighResolution {
        require(width >= 1, "width must be at least 1, was %s", width);
        require(height >= 1, "height must be at least 1, was %s", height);
        steps.ifPresent(count -> require(count >= 1 && count <= 1000, "steps must be from 1 to 1000, was %s", count));
        StartingPicture.requireStrength(strength);
    }

    /** Scales bilinear latents, with strength 0.7 and the steps of the first pass. */
    public static HighResolution of(int width, int height) {
        return new HighResolution(width, height, Upscaling.LATENT, OptionalInt.empty(), DEFAULT_STRENGTH);
    }

    public HighResolution withSize(int width, int height) {
        return new HighResolution(width, height, upscaling, steps, strength);
    }

    public HighResolution withUpscaling(Upscaling upscaling) {
        return new HighResolution(width, height, upscaling, steps, strength);
    }

    public HighResolution withSteps(int steps) {
        return new HighResolution(width, height, upscaling, OptionalInt.of(steps), strength);
    }

    public HighResolution withStrength(double strength) {
        return new HighResolution(width, height, upscaling, steps, strength);
    }
}
