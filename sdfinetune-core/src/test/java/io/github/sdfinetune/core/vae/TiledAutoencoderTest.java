package io.github.sdfinetune.core.vae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.VaeConfig;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.FloatAssert;
import io.github.sdfinetune.core.weights.WeightSource;
import io.github.sdfinetune.core.weights.Weights;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A small autoencoder of two blocks, so that a latent stands for 2x2 pixels. */
class TiledAutoencoderTest {
    private static final int FACTOR = 2;

    private static Autoencoder autoencoder() {
        String json = """
                {"block_out_channels": [8, 8], "norm_num_groups": 4, "sample_size": 8,
                 "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D"],
                 "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"]}
                """;
        Random random = new Random(1);
        WeightSource weights = (name, shape) -> noise(random, 0.3f, shape);
        return new Autoencoder(
                VaeConfig.from(JsonFile.parse(Path.of("config.json"), json)),
                Weights.of(weights, Numerics.float32(), "vae"));
    }

    private static Tensor noise(Random random, float deviation, long... shape) {
        int count = 1;
        for (long side : shape) {
            count *= (int) side;
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = deviation * (float) random.nextGaussian();
        }
        return Tensor.of(values, shape);
    }

    /**
     * Tiles 8 pixels wide, 6 pixels apart, in a picture of 12: 4 and 3 latents, of which one overlaps, where the first tile alone
     * decides.
     */
    @Test
    void encodingFadesMoments() {
        try (Scope scope = Scope.open()) {
            Autoencoder vae = autoencoder();
            Tensor images = noise(new Random(2), 1, 1, 3, 8, 12);
            float[] first = vae.encode(images.narrow(3, 0, 8)).moments().toFloats(); // (1, 8, 4, 4)
            float[] second = vae.encode(images.narrow(3, 6, 6)).moments().toFloats(); // (1, 8, 4, 3)

            float[] expected = new float[8 * 4 * 6];
            for (int row = 0; row < 8 * 4; row++) {
                System.arraycopy(first, row * 4, expected, row * 6, 4);
                System.arraycopy(second, row * 3 + 1, expected, row * 6 + 4, 2);
            }
            Tensor tiled = vae.encodeTiled(images, vae.tiling(), () -> {}).moments();
            assertThat(tiled.shape()).containsExactly(1, 8, 4, 6);
            FloatAssert.assertClose("moments", tiled.toFloats(), expected, 1e-6, 0);
        }
    }

    @Test
    void whatFitsIntoATileIsTheSameBothWays() {
        try (Scope scope = Scope.open()) {
            Autoencoder vae = autoencoder();
            Tensor images = noise(new Random(2), 1, 2, 3, 8, 6);
            Tensor latents = noise(new Random(3), 1, 2, 4, 4, 3);

            assertThat(vae.encodeTiled(images, vae.tiling(), () -> {}).moments().toFloats())
                    .isEqualTo(vae.encode(images).moments().toFloats());
            assertThat(vae.decodeTiled(latents, vae.tiling(), () -> {}).toFloats())
                    .isEqualTo(vae.decode(latents).toFloats());
        }
    }

    @Test
    void nothingStaysOpen() {
        try (Scope scope = Scope.open()) {
            Autoencoder vae = autoencoder();
            Tensor latents = noise(new Random(3), 1, 1, 4, 13, 9);
            long before = Tensor.open();
            Tensor image = vae.decodeTiled(latents, vae.tiling(), () -> {});

            assertThat(image.shape()).containsExactly(1, 3, 13L * FACTOR, 9L * FACTOR);
            assertThat(Tensor.open()).isEqualTo(before + 1);
        }
    }

    /** 13 by 9 latents are 5 by 3 tiles of 4 latents, 3 apart. */
    @Test
    void workCanEndBeforeEachTileAndLeavesNothingOpen() {
        try (Scope scope = Scope.open()) {
            Autoencoder vae = autoencoder();
            Tensor latents = noise(new Random(3), 1, 1, 4, 13, 9);
            Tensor images = noise(new Random(2), 1, 1, 3, 13L * FACTOR, 9L * FACTOR);
            long before = Tensor.open();

            assertThat(lastTile(end -> vae.decodeTiled(latents, vae.tiling(), end)))
                    .isEqualTo(15);
            assertThat(lastTile(end -> vae.encodeTiled(images, vae.tiling(), end)))
                    .isEqualTo(15);
            assertThat(Tensor.open()).isEqualTo(before);
        }
    }

    /** Ends the work before its first tile, its second and so on; returns the last before which it could be ended. */
    private static int lastTile(Consumer<Runnable> work) {
        for (int tile = 1; ; tile++) {
            int last = tile;
            int[] begun = {0};
            RuntimeException end = new RuntimeException("ended");
            long before = Tensor.open();
            try (Scope scope = Scope.open()) {
                work.accept(() -> {
                    if (++begun[0] == last) {
                        throw end;
                    }
                });
                return begun[0];
            } catch (RuntimeException e) {
                assertThat(e).isSameAs(end);
                assertThat(Tensor.open()).isEqualTo(before);
            }
        }
    }

    @Test
    void aTileMustSuitTheAutoencoder() {
        try (Scope scope = Scope.open()) {
            Autoencoder vae = autoencoder();
            Tensor latents = noise(new Random(3), 1, 1, 4, 9, 9);

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> vae.decodeTiled(latents, new Tiling(7, 0.25), () -> {}))
                    .withMessage("the size of a tile must be a multiple of 2, was 7 (nearest: 6, 8)");
        }
    }
}
