package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Inpainting;
import io.github.sdfinetune.Mask;
import io.github.sdfinetune.ModelInfo;
import io.github.sdfinetune.Outpainting;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.Precision;
import io.github.sdfinetune.Prediction;
import java.util.List;
import org.junit.jupiter.api.Test;

class PixelSizeTest {
    private static final ModelInfo MODEL =
            new ModelInfo("tiny", 1, Precision.FLOAT32, Prediction.EPSILON, 64, 64, 8, List.of());
    private static final Picture ODD = Picture.of(35, 21, new byte[3 * 35 * 21]);

    @Test
    void widthStandsBeforeHeight() {
        assertThat(PixelSize.parse("1024x768")).isEqualTo(new PixelSize(1024, 768));
    }

    @Test
    void aGenerationPaintsAtTheSizeOfItsPictureOrOfTheModel() {
        Generation plain = Generation.of("a cat");
        Inpainting part = Inpainting.of(ODD, Mask.of(ODD));
        assertThat(PixelSize.painted(plain, MODEL)).isEqualTo(new PixelSize(64, 64));
        assertThat(PixelSize.painted(plain.imageToImage(ODD, 0.5), MODEL)).isEqualTo(new PixelSize(32, 16));
        assertThat(PixelSize.painted(plain.outpainting(Outpainting.of(ODD, 5, 0, 0, 3)), MODEL))
                .isEqualTo(new PixelSize(40, 24));
        assertThat(PixelSize.painted(plain.inpainting(part), MODEL)).isEqualTo(new PixelSize(32, 16));
        assertThat(PixelSize.painted(plain.inpainting(part.onlyMasked(4)), MODEL))
                .isEqualTo(new PixelSize(64, 64));
        assertThat(PixelSize.painted(plain.imageToImage(ODD, 0.5).size(8, 16), MODEL))
                .isEqualTo(new PixelSize(8, 16));
    }

    @Test
    void aScaledSizeIsAMultiple() {
        assertThat(new PixelSize(64, 48).scaled(1.4, 8)).isEqualTo(new PixelSize(88, 64));
    }
}
