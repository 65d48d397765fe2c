package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.core.image.RgbImage;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.vae.Autoencoder;
import io.github.sdfinetune.core.vae.Posterior;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The autoencoder as one request uses it.
 *
 * @param tiled whether pictures that are larger than a tile are encoded and decoded tile by tile
 * @param check is run before each tile; may throw to end the work
 */
record LatentCodec(Autoencoder vae, boolean tiled, Runnable check) {
    private static final long MOST_PIXELS_WHOLE = 1536 * 1536;

    /** Whether the VAE works tile by tile: as the generation asks for, or else by the size of the pictures. */
    static boolean isTiled(Generation generation, PixelSize size) {
        boolean large = (long) size.width() * size.height() > MOST_PIXELS_WHOLE;
        return generation.tiledVae().orElse(large);
    }

    Posterior encode(Tensor images) {
        return tiled ? vae.encodeTiled(images, vae.tiling(), check) : vae.encode(images);
    }

    /**
     * Decodes picture by picture: the VAE is what needs most memory.
     *
     * @param afterEach is told how many are done; may throw to end the work
     */
    List<RgbImage> decode(float[] latents, LatentShape shape, IntConsumer afterEach) {
        List<RgbImage> images = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            Tensor all = Tensor.of(latents, shape.dimensions(1));
            for (int i = 0; i < shape.batch(); i++) {
                images.add(decode(all.narrow(0, i, 1), "the pixels of picture " + (i + 1)));
                afterEach.accept(i + 1);
            }
        }
        return images;
    }

    private RgbImage decode(Tensor latents, String what) {
        try (Scope picture = Scope.open()) {
            Tensor decoded = tiled ? vae.decodeTiled(latents, vae.tiling(), check) : vae.decode(latents);
            float[] pixels = decoded.toFloats(); // (1, 3, height, width)
            DenoisingLoop.checkFinite(what, pixels);
            return RgbImage.fromPlanar(pixels, (int) decoded.size(3), (int) decoded.size(2));
        }
    }
}
