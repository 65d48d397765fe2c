package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.HighResolution;
import io.github.sdfinetune.ImageToImage;
import io.github.sdfinetune.Inpainting;
import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Outpainting;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.StartingPicture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class PictureOptionsTest {
    private static final Picture PICTURE = Picture.of(8, 8, new byte[192]);
    private static final ImageToImage CHANGED = new ImageToImage(PICTURE, 0.4);
    private static final Inpainting REPAINTED = Inpainting.of(PICTURE, Mask.of(PICTURE));
    private static final Outpainting CONTINUED =
            Outpainting.of(PICTURE, 0, 8, 16, 0).withOverlap(4);

    @TempDir
    private Path folder;

    @Command
    private static final class Options {
        @Mixin
        private PictureOptions picture = new PictureOptions();
    }

    @BeforeEach
    void drawPicture() throws IOException {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(image, "png", folder.resolve("i.png").toFile());
    }

    @Test
    void aSavedStartIsKept() {
        for (StartingPicture start : new StartingPicture[] {CHANGED, REPAINTED, CONTINUED}) {
            assertThat(withOptions(start, "--image=I")).isEqualTo(start);
        }
        assertThat(withOptions(REPAINTED, "--image=I", "--mask=I")).isEqualTo(REPAINTED);
        assertThat(withOptions(CONTINUED, "--image=I", "--outpaint=0,8,16,0", "--outpaint-overlap=4"))
                .isEqualTo(CONTINUED);
    }

    @Test
    void strengthAndPaddingOfASavedStartCanBeChanged() {
        assertThat(withOptions(CHANGED, "--image=I", "--strength=0.7")).isEqualTo(new ImageToImage(PICTURE, 0.7));
        assertThat(withOptions(CONTINUED, "--image=I", "--strength=0.7")).isEqualTo(CONTINUED.withStrength(0.7));
        assertThat(withOptions(REPAINTED, "--image=I", "--mask=I", "--strength=0.7", "--only-masked=3"))
                .isEqualTo(REPAINTED.withStrength(0.7).onlyMasked(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--mask=I", "--outpaint=8,0,0,0"})
    void aPictureThatIsChangedAsAWholeIsNothingElse(String option) {
        assertRefused(CHANGED, "changes its picture as a whole", option);
    }

    @Test
    void aPictureThatIsRepaintedIsNotContinued() {
        assertRefused(REPAINTED, "repaints a part of its picture, with a hard mask", "--outpaint=8,0,0,0");
        assertRefused(
                REPAINTED.withSoftMask(), "repaints a part of its picture, with a soft mask", "--outpaint=8,0,0,0");
    }

    @Test
    void aHardMaskStaysHard() {
        assertRefused(REPAINTED, "repaints a part of its picture, with a hard mask", "--mask-blur=0", "--mask=I");
        assertThat(withOptions(REPAINTED.withSoftMask(), "--image=I", "--mask=I", "--mask-blur=0"))
                .isEqualTo(REPAINTED.withSoftMask());
    }

    @Test
    void aPictureIsContinuedAsItWas() {
        String form = "continues its picture by 0,8,16,0 with an overlap of 4";
        assertRefused(CONTINUED, form, "--mask=I");
        assertRefused(CONTINUED, form, "--outpaint=0,8,16,8");
        assertRefused(CONTINUED, form, "--outpaint-overlap=8", "--outpaint=0,8,16,0");
    }

    @Test
    void aNewStartIsWhatIsAskedFor() {
        Generation plain = Generation.of("a cat");
        assertThat(start(plain, "--image=I")).isEqualTo(new ImageToImage(PICTURE, 0.8));
        assertThat(start(plain, "--image=I", "--variation")).isEqualTo(new ImageToImage(PICTURE, 0.3));
        assertThat(start(plain, "--image=I", "--strength=0.5", "--mask=I", "--mask-blur=0", "--only-masked=3"))
                .isEqualTo(REPAINTED.withSoftMask().withStrength(0.5).onlyMasked(3));
        assertThat(start(plain, "--image=I", "--strength=0.5", "--outpaint=0,8,16,0", "--outpaint-overlap=4"))
                .isEqualTo(CONTINUED.withStrength(0.5));
    }

    @Test
    void aSavedSecondPassCantFollowAPicture() {
        Generation saved = Generation.of("a cat").highResolution(HighResolution.of(64, 64));
        assertThatThrownBy(() -> start(saved, "--image=I"))
                .isInstanceOf(OptionException.class)
                .hasMessageStartingWith("--image: a second pass at high resolution follows a generation from noise");
    }

    /** @param options that of the error first */
    private void assertRefused(StartingPicture saved, String form, String... options) {
        String[] arguments =
                Stream.concat(Stream.of(options), Stream.of("--image=I")).toArray(String[]::new);
        String option = options[0].substring(0, options[0].indexOf('='));
        assertThatThrownBy(() -> withOptions(saved, arguments))
                .isInstanceOf(OptionException.class)
                .hasMessage(option + ": the request of --from " + form + ", which can't be changed");
    }

    private StartingPicture withOptions(StartingPicture saved, String... arguments) {
        return start(Generation.of("a cat").start(saved), arguments);
    }

    /** @param arguments with a capital I for the picture */
    private StartingPicture start(Generation generation, String... arguments) {
        Options options = new Options();
        new CommandLine(options)
                .parseArgs(Stream.of(arguments)
                        .map(each -> each.replace("=I", "=" + folder.resolve("i.png")))
                        .toArray(String[]::new));
        options.picture.check();
        return options.picture.addTo(generation).startingPicture().orElseThrow();
    }
}
