package io.github.sdfinetune.core.vae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.VaeConfig;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TilingTest {

    @Test
    void theDefaultIsThatOfDiffusers() {
        VaeConfig config = VaeConfig.from(JsonFile.parse(Path.of("config.json"), "{\"sample_size\": 768}"));

        assertThat(Tiling.of(config)).isEqualTo(new Tiling(768, 0.25));
    }

    @ParameterizedTest
    @CsvSource({"512, 0.25, 64, 48", "64, 0.25, 8, 6", "72, 0.25, 9, 6", "512, 0, 64, 64", "96, 0.9, 12, 1"})
    void latentsAreRoundedDown(int tileSize, double overlap, int latents, int stride) {
        Tiling tiling = new Tiling(tileSize, overlap);

        assertThat(tiling.tileLatents(8)).isEqualTo(latents);
        assertThat(tiling.strideLatents(8)).isEqualTo(stride);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, Double.NaN})
    void theOverlapIsAPartOfATile(double overlap) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Tiling(512, overlap))
                .withMessage("the overlap of tiles must be from 0 to below 1, was " + overlap);
    }

    @Test
    void aTileIsAWholeNumberOfLatents() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Tiling(500, 0.25).tileLatents(8))
                .withMessage("the size of a tile must be a multiple of 8, was 500 (nearest: 496, 504)");
        assertThatIllegalArgumentException().isThrownBy(() -> new Tiling(0, 0.25));
    }

    @Test
    void tilesMustAdvance() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Tiling(64, 0.9).strideLatents(8))
                .withMessage("tiles of 64 pixels that overlap by 0.9 never advance:"
                        + " less than a latent, 8 pixels, of each is new");
    }
}
