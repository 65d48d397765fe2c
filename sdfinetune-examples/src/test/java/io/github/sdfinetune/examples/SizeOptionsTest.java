package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.ModelInfo;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.Precision;
import io.github.sdfinetune.Prediction;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class SizeOptionsTest {
    private static final ModelInfo MODEL =
            new ModelInfo("tiny", 1, Precision.FLOAT32, Prediction.EPSILON, 64, 48, 8, List.of());
    private static final Generation PLAIN = Generation.of("a cat");

    @Command
    private static final class Options {
        @Mixin
        private SizeOptions size = new SizeOptions();
    }

    /** So it is with a saved request that left the size to the model. */
    @Test
    void aSideThatNothingTellsIsTheModels() {
        assertSize(sized(PLAIN, "--width=640"), 640, 48);
        assertSize(sized(PLAIN, "--height=640"), 64, 640);
        assertSize(sized(PLAIN, "--width=16", "--height=8"), 16, 8);
    }

    @Test
    void aSideThatIsSavedStays() {
        assertSize(sized(PLAIN.size(96, 80), "--width=640"), 640, 80);
        assertSize(sized(PLAIN.size(96, 80), "--height=640"), 96, 640);
    }

    @Test
    void aSideOfThePictureToStartFromIsRoundedDown() {
        Picture picture = Picture.of(35, 21, new byte[3 * 35 * 21]);
        assertSize(sized(PLAIN.imageToImage(picture, 0.5), "--height=640"), 32, 640);
    }

    @Test
    void whereNoSizeIsGivenItIsLeftOpen() {
        assertThat(sized(PLAIN, "--tiled-vae").width()).isEmpty();
        assertThat(sized(PLAIN, "--tiled-vae").tiledVae()).contains(true);
        assertSize(sized(PLAIN.size(96, 80)), 96, 80);
    }

    @Test
    void aSideThatTheModelCantPaintIsRefused() {
        assertThatThrownBy(() -> sized(PLAIN, "--height=20"))
                .isInstanceOf(OptionException.class)
                .hasMessage("--height: must be a multiple of 8, was 20 (nearest: 16, 24)");
    }

    private static Generation sized(Generation generation, String... arguments) {
        Options options = new Options();
        new CommandLine(options).parseArgs(arguments);
        return options.size.addTo(generation, MODEL);
    }

    private static void assertSize(Generation generation, int width, int height) {
        assertThat(generation.width()).hasValue(width);
        assertThat(generation.height()).hasValue(height);
    }
}
