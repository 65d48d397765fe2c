package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.HighResolution.Upscaling;
import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;

/** Scales latents to another size, as AUTOMATIC1111's web interface does. */
final class LatentScaling {
    private LatentScaling() {}

    /** @throws IllegalArgumentException for a way that scales pixels */
    static float[] of(Upscaling upscaling, float[] latents, LatentShape from, LatentShape to) {
        try (Scope scope = Scope.open()) {
            Tensor scaled = scaled(upscaling, Tensor.of(latents, from.dimensions(1)), to.height(), to.width());
            return scaled.toFloats();
        }
    }

    private static Tensor scaled(Upscaling upscaling, Tensor latents, int height, int width) {
        return switch (upscaling) {
            case LATENT -> Kernels.upsampleBilinear(latents, height, width, false);
            case LATENT_ANTIALIASED -> Kernels.upsampleBilinear(latents, height, width, true);
            case LATENT_BICUBIC -> Kernels.upsampleBicubic(latents, height, width, false);
            case LATENT_BICUBIC_ANTIALIASED -> Kernels.upsampleBicubic(latents, height, width, true);
            case LATENT_NEAREST -> Kernels.upsampleNearest(latents, height, width);
            case LATENT_NEAREST_EXACT -> Kernels.upsampleNearestExact(latents, height, width);
            case LANCZOS -> throw new IllegalArgumentException(upscaling.label() + " scales pixels, not latents");
        };
    }
}
