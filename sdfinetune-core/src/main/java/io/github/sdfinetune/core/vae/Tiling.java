package io.github.sdfinetune.core.vae;

import io.github.sdfinetune.core.config.VaeConfig;
import java.util.Locale;

/**
 * How a large picture is cut into overlapping tiles that are encoded or decoded one by one, so that the memory needed is that of
 * one tile. Results differ a little from those of the whole, because every tile is normalised and attended to by itself.
 *
 * @param tileSize the side of a tile in pixels of the picture; smaller pictures are not cut
 * @param overlap the part of a tile that it shares with the next one, from 0 to below 1
 */
public record Tiling(int tileSize, double overlap) {
    private static final double DEFAULT_OVERLAP = 0.25;

    public Tiling {
        require(tileSize >= 1, "the size of a tile must be at least 1 pixel, was %d", tileSize);
        require(overlap >= 0 && overlap < 1, "the overlap of tiles must be from 0 to below 1, was %s", overlap);
    }

    /** As diffusers tiles with this autoencoder: tiles of the size it was trained with, a quarter of which overlaps. */
    static Tiling of(VaeConfig config) {
        return new Tiling(config.sampleSize(), DEFAULT_OVERLAP);
    }

    /** The side of a tile in latents. */
    int tileLatents(int factor) {
        require(
                tileSize % factor == 0,
                "the size of a tile must be a multiple of %d, was %d (nearest: %d, %d)",
                factor,
                tileSize,
                tileSize / factor * factor,
                (tileSize / factor + 1) * factor);
        return tileSize / factor;
    }

    /** From a tile to the next one in latents, rounded down as diffusers does. */
    int strideLatents(int factor) {
        int stride = (int) (tileLatents(factor) * (1 - overlap));
        require(
                stride >= 1,
                "tiles of %d pixels that overlap by %s never advance: less than a latent, %d pixels, of each is new",
                tileSize,
                overlap,
                factor);
        return stride;
    }

    private static void require(boolean condition, String message, Object... arguments) {
        if (!condition) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, message, arguments));
        }
    }
}
