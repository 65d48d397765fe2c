package io.github.sdfinetune.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatentShapeTest {

    @ParameterizedTest
    @CsvSource({"0, 4, 8, 8", "-2, 4, 8, 8", "1, 0, 8, 8", "1, 4, -8, 8", "1, 4, 8, 0", "-1, -4, 8, 8"})
    void latentsWithoutNumbersAreRefused(int batch, int channels, int height, int width) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LatentShape(batch, channels, height, width))
                .withMessage("latents must have at least one sample, channel, row and column, were " + batch
                        + " samples of " + channels + "x" + height + "x" + width);
    }

    @Test
    void noMoreNumbersAreTakenThanAnArrayHolds() {
        assertThat(new LatentShape(0x7fff, 4, 128, 128).count()).isEqualTo(0x7fff << 16);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LatentShape(0x8000, 4, 128, 128))
                .withMessage("32768 samples of 4x128x128 latents are more numbers than an array holds");
    }
}
