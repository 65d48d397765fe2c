package io.github.sdfinetune.core.vae;

import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Applies a network to overlapping tiles, as {@code tiled_decode} of diffusers does: each tile is faded into the one above it and
 * then into the one to its left, both as they were after their own fading. Of the tiles behind, only the edges are kept.
 */
final class Tiles {
    private static final int HEIGHT = 2;
    private static final int WIDTH = 3;

    private final UnaryOperator<Tensor> network;
    private final int size;
    private final int stride;
    private final int resultStride;
    private final int fade;

    /**
     * @param size of a tile of the input
     * @param stride from a tile of the input to the next one
     * @param resultSize of what the network makes of a tile
     * @param resultStride from one result to the next one
     */
    Tiles(UnaryOperator<Tensor> network, int size, int stride, int resultSize, int resultStride) {
        this.network = network;
        this.size = size;
        this.stride = stride;
        this.resultStride = resultStride;
        fade = resultSize - resultStride;
    }

    /** From (batch, channels, height, width) to the network's result for all of it. */
    Tensor apply(Tensor whole) {
        if (whole.size(HEIGHT) <= size && whole.size(WIDTH) <= size) {
            return network.apply(whole);
        }
        return Scope.keeping(() -> {
            List<Tensor> rows = new ArrayList<>();
            List<Tensor> edgesAbove = List.of();
            for (long y = 0; y < whole.size(HEIGHT); y += stride) {
                List<Tensor> edges = new ArrayList<>();
                rows.add(row(part(whole, HEIGHT, y), edgesAbove, edges));
                edgesAbove = edges;
            }
            return joined(HEIGHT, rows);
        });
    }

    /** The new part of a row of tiles; adds the bottom edge of each to {@code edges}. */
    private Tensor row(Tensor strip, List<Tensor> edgesAbove, List<Tensor> edges) {
        try (Scope scope = Scope.open()) {
            List<Tensor> parts = new ArrayList<>();
            Tensor left = null;
            for (long x = 0; x < strip.size(WIDTH); x += stride) {
                Tensor tile =
                        tile(part(strip, WIDTH, x), edgesAbove.isEmpty() ? null : edgesAbove.get(parts.size()), left);
                left = tile;
                parts.add(start(start(tile, WIDTH), HEIGHT));
                edges.add(scope.keep(end(tile, HEIGHT, fade).contiguous()));
            }
            return scope.keep(joined(WIDTH, parts));
        }
    }

    private Tensor tile(Tensor input, @Nullable Tensor above, @Nullable Tensor left) {
        return Scope.keeping(() -> {
            Tensor tile = network.apply(input);
            Tensor fadedDown = above == null ? tile : faded(above, tile, HEIGHT);
            return left == null ? fadedDown : faded(left, fadedDown, WIDTH);
        });
    }

    private Tensor part(Tensor whole, int dim, long start) {
        return whole.narrow(dim, start, Math.min(size, whole.size(dim) - start));
    }

    private Tensor start(Tensor tile, int dim) {
        return tile.narrow(dim, 0, Math.min(resultStride, tile.size(dim)));
    }

    private static Tensor end(Tensor tile, int dim, long length) {
        long kept = Math.min(length, tile.size(dim));
        return tile.narrow(dim, tile.size(dim) - kept, kept);
    }

    /** The tile, whose first rows or columns are mixed with the last ones of the tile before it. */
    private Tensor faded(Tensor before, Tensor tile, int dim) {
        int length = (int) Math.min(fade, Math.min(before.size(dim), tile.size(dim)));
        if (length == 0) {
            return tile;
        }
        float[] falling = new float[length];
        float[] rising = new float[length];
        for (int i = 0; i < length; i++) {
            double part = (double) i / length;
            falling[i] = (float) (1 - part);
            rising[i] = (float) part;
        }
        Tensor mixed = end(before, dim, length)
                .multiply(along(dim, falling, tile))
                .add(tile.narrow(dim, 0, length).multiply(along(dim, rising, tile)));
        return Tensor.concat(dim, mixed, tile.narrow(dim, length, tile.size(dim) - length));
    }

    private static Tensor along(int dim, float[] weights, Tensor tile) {
        long[] shape = {1, 1, 1, 1};
        shape[dim] = weights.length;
        return Tensor.of(weights, shape).beside(tile);
    }

    private static Tensor joined(int dim, List<Tensor> parts) {
        return Tensor.concat(dim, parts.toArray(Tensor[]::new));
    }
}
