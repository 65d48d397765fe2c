package io.github.sdfinetune.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class LatentPreviewTest {

    /** {@code (0.298 + 0.187 + 0.158 + 0.184 + 1) / 2 · 255 = 232.9}, and so on with these signs; then zero, which is mid gray. */
    @Test
    void stableDiffusion() {
        float[] latents = {1, 0, 1, 0, -1, 0, -1, 0};

        assertThat(LatentPreview.SD.of(latents, 2, 1).rgb())
                .isEqualTo(PictureBytes.bytes(232, 200, 202, 127, 127, 127));
    }

    /** {@code 150 + 60 - 60 + 25 - 70 = 105}, {@code 140 + 60 - 5 + 15 - 50 = 160}, {@code 130 + 60 + 10 - 5 - 35 = 160}. */
    @Test
    void stableDiffusionXl() {
        float[] latents = {1, 0, 1, 0, 1, 0, 1, 0};

        assertThat(LatentPreview.SDXL.of(latents, 2, 1).rgb())
                .isEqualTo(PictureBytes.bytes(105, 160, 160, 150, 140, 130));
    }

    @Test
    void whatIsTooBrightOrNoNumberIsCut() {
        float[] latents = {9, -9, Float.NaN, Float.POSITIVE_INFINITY, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

        assertThat(LatentPreview.SDXL.of(latents, 4, 1).rgb())
                .isEqualTo(PictureBytes.bytes(255, 255, 255, 0, 0, 0, 0, 0, 0, 255, 255, 255));
    }

    @Test
    void thereAreFourChannels() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LatentPreview.SD.of(new float[9], 3, 1))
                .withMessage("9 latents given, expected 4 x 1 x 3 = 12");
    }
}
