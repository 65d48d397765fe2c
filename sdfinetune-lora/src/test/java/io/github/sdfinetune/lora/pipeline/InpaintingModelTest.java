package io.github.sdfinetune.lora.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Inpainting;
import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model with 9 input channels through the public API. */
final class InpaintingModelTest {
    private static final Path MODEL = ReferenceFolder.get().path("models/sd1-inpaint");

    private static Pipeline pipeline;
    private static Picture picture;
    private static Mask leftHalf;

    @BeforeAll
    static void load() {
        assumeThat(Files.isDirectory(MODEL.resolve("tokenizer"))).isTrue();
        pipeline = SmallModels.load(MODEL);
        int side = pipeline.info().width();
        byte[] rgb = new byte[3 * side * side];
        byte[] mask = new byte[side * side];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (byte) (i % side < side / 2 ? 255 : 0);
            rgb[3 * i] = (byte) i;
            rgb[3 * i + 1] = (byte) (i / side);
        }
        picture = Picture.of(side, side, rgb);
        leftHalf = Mask.of(side, side, mask);
    }

    @AfterAll
    static void close() {
        if (pipeline != null) {
            pipeline.close();
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1})
    void whatTheMaskLeavesKeepsItsBytes(double strength) {
        byte[] painted = rgb(SmallModels.request("a red disc")
                .inpainting(Inpainting.of(picture, leftHalf).withStrength(strength)));

        int row = 3 * picture.width();
        for (int y = 0; y < picture.height(); y++) {
            int middle = y * row + row / 2;
            assertThat(Arrays.copyOfRange(painted, middle, (y + 1) * row))
                    .isEqualTo(Arrays.copyOfRange(picture.rgb(), middle, (y + 1) * row));
            assertThat(Arrays.copyOfRange(painted, y * row, middle))
                    .isNotEqualTo(Arrays.copyOfRange(picture.rgb(), y * row, middle));
        }
    }

    @Test
    void withoutAMaskAllIsRepainted() {
        long open = Tensor.open();
        byte[] fromNoise = rgb(SmallModels.request("a red disc"));

        assertThat(rgb(SmallModels.request("a red disc").imageToImage(picture, 0.5)))
                .isNotEqualTo(fromNoise)
                .isNotEqualTo(picture.rgb());
        assertThat(rgb(SmallModels.request("a red disc"))).isEqualTo(fromNoise);
        assertThat(Tensor.open()).isEqualTo(open);
    }

    private static byte[] rgb(Generation generation) {
        return pipeline.generate(generation).rgb();
    }
}
