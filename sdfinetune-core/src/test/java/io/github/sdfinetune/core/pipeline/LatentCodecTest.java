package io.github.sdfinetune.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Generation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatentCodecTest {

    @ParameterizedTest
    @CsvSource({
        "512, 512, false",
        "1536, 1536, false",
        "3072, 768, false",
        "1536, 1544, true",
        "1544, 1536, true",
        "3080, 768, true",
        "2048, 2048, true",
        "65536, 65536, true"
    })
    void picturesOfMorePixelsThan1536By1536AreTiled(int width, int height, boolean tiled) {
        assertThat(LatentCodec.isTiled(Generation.of("a disc"), new PixelSize(width, height)))
                .isEqualTo(tiled);
    }

    @Test
    void theGenerationMayDecideOtherwise() {
        Generation generation = Generation.of("a disc");

        assertThat(LatentCodec.isTiled(generation.tiledVae(true), new PixelSize(512, 512)))
                .isTrue();
        assertThat(LatentCodec.isTiled(generation.tiledVae(false), new PixelSize(2048, 2048)))
                .isFalse();
    }
}
