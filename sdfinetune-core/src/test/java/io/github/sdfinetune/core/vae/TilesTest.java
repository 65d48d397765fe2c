package io.github.sdfinetune.core.vae;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.FloatAssert;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TilesTest {

    private static Tensor noise(long... shape) {
        float[] values = new float[(int) (shape[0] * shape[1] * shape[2] * shape[3])];
        Random random = new Random(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, shape);
    }

    private static Tensor doubled(Tensor x) {
        return Kernels.upsampleNearest(x, 2 * x.size(2), 2 * x.size(3));
    }

    /** A network that looks at single pixels gives the same in tiles: the faded parts are equal. */
    @ParameterizedTest
    @CsvSource({"16, 16", "17, 9", "8, 30", "6, 14", "24, 5", "20, 20"})
    void aNetworkOfSinglePixelsIsNotChanged(int height, int width) {
        try (Scope scope = Scope.open()) {
            Tensor x = noise(2, 3, height, width);
            Tensor tiled = new Tiles(TilesTest::doubled, 8, 6, 16, 12).apply(x);

            assertThat(tiled.shape()).containsExactly(2, 3, 2L * height, 2L * width);
            FloatAssert.assertClose("tiled", tiled.toFloats(), doubled(x).toFloats(), 1e-6, 0);
        }
    }

    /** Every tile is plain, numbered in order; of two pixels that fade, the first is all the tile before, the second half. */
    @Test
    void aTileIsFadedIntoTheOneAboveThenIntoTheOneToTheLeft() {
        try (Scope scope = Scope.open()) {
            List<Tensor> seen = new ArrayList<>();
            Tiles tiles = new Tiles(tile -> numbered(tile, seen), 4, 2, 4, 2);
            float[] faded = tiles.apply(noise(1, 1, 4, 5)).toFloats();

            assertThat(faded)
                    .containsExactly(
                            0, 0, 0, 0.5f, 1, //
                            0, 0, 0, 0.5f, 1, //
                            0, 0, 0, 0.25f, 1, //
                            1.5f, 1.5f, 1.5f, 1.875f, 2.5f);
        }
    }

    /** A tile that is shorter than what should fade fades over its own length, with the end of the one before. */
    @Test
    void aShortLastTileFadesOverItsLength() {
        try (Scope scope = Scope.open()) {
            List<Tensor> seen = new ArrayList<>();
            Tiles tiles = new Tiles(tile -> numbered(tile, seen), 4, 2, 4, 2);

            assertThat(tiles.apply(noise(1, 1, 1, 5)).toFloats()).containsExactly(0, 0, 0, 0.5f, 1);
        }
    }

    private static Tensor numbered(Tensor tile, List<Tensor> seen) {
        float[] values = new float[(int) tile.count()];
        Arrays.fill(values, seen.size());
        seen.add(tile);
        return Tensor.of(values, tile.shape());
    }

    @Test
    void withoutOverlapTilesStandSideBySide() {
        try (Scope scope = Scope.open()) {
            List<Tensor> seen = new ArrayList<>();
            Tiles tiles = new Tiles(tile -> numbered(tile, seen), 2, 2, 2, 2);

            assertThat(tiles.apply(noise(1, 1, 1, 5)).toFloats()).containsExactly(0, 0, 1, 1, 2);
        }
    }

    @Test
    void whatFitsIntoOneTileIsNotCut() {
        try (Scope scope = Scope.open()) {
            List<Tensor> seen = new ArrayList<>();
            Tensor x = noise(1, 1, 4, 3);
            new Tiles(tile -> numbered(tile, seen), 4, 2, 4, 2).apply(x);

            assertThat(seen).containsExactly(x);
        }
    }

    @Test
    void onlyTheResultStaysOpen() {
        try (Scope scope = Scope.open()) {
            Tensor x = noise(1, 3, 20, 20);
            long before = Tensor.open();
            new Tiles(TilesTest::doubled, 8, 6, 16, 12).apply(x);

            assertThat(Tensor.open()).isEqualTo(before + 1);
        }
    }
}
