package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.HighResolution;
import io.github.sdfinetune.ModelInfo;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.Precision;
import io.github.sdfinetune.Prediction;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class SecondPassOptionsTest {
    private static final Generation PLAIN = Generation.of("a cat");

    @Command
    private static final class Options {
        @Mixin
        private SecondPassOptions secondPass = new SecondPassOptions();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--hires-steps=4", "--hires-strength=0.5", "--hires-upscaler=LANCZOS"})
    void settingsNeedASecondPass(String setting) {
        String option = setting.substring(0, setting.indexOf('='));
        assertThatThrownBy(() -> checkFor(PLAIN, setting))
                .isInstanceOf(OptionException.class)
                .hasMessage(option + ": needs --hires SCALE, or a request that has a second pass");
        Generation saved = PLAIN.highResolution(HighResolution.of(64, 64));
        assertThatCode(() -> checkFor(saved, setting)).doesNotThrowAnyException();
        assertThatCode(() -> checkFor(PLAIN, setting, "--hires=2")).doesNotThrowAnyException();
    }

    @Test
    void aSecondPassCantFollowAPicture() {
        Generation fromPicture = PLAIN.imageToImage(Picture.of(8, 8, new byte[192]), 0.5);
        assertThatThrownBy(() -> checkFor(fromPicture, "--hires=2"))
                .isInstanceOf(OptionException.class)
                .hasMessageStartingWith("--hires: a second pass at high resolution follows a generation from noise");
        assertThatCode(() -> checkFor(fromPicture)).doesNotThrowAnyException();
    }

    @Test
    void anotherSizeKeepsTheOtherSettingsOfASavedSecondPass() {
        HighResolution saved = HighResolution.of(64, 64)
                .withSteps(9)
                .withStrength(0.4)
                .withUpscaling(HighResolution.Upscaling.LANCZOS);
        ModelInfo model = new ModelInfo("tiny", 1, Precision.FLOAT32, Prediction.EPSILON, 64, 64, 8, List.of());
        Generation request = PLAIN.size(32, 24).highResolution(saved);

        assertThat(parsed("--hires=3").addTo(request, model).highResolution()).contains(saved.withSize(96, 72));
        assertThat(parsed("--hires=3", "--hires-steps=5").addTo(request, model).highResolution())
                .contains(saved.withSize(96, 72).withSteps(5));
        assertThat(parsed("--hires=3").addTo(PLAIN.size(32, 24), model).highResolution())
                .contains(HighResolution.of(96, 72));
    }

    private static void checkFor(Generation generation, String... arguments) {
        parsed(arguments).checkFor(generation);
    }

    private static SecondPassOptions parsed(String... arguments) {
        Options options = new Options();
        new CommandLine(options)
                .registerConverter(SecondPassOptions.Enlargement.class, SecondPassOptions.Enlargement::parse)
                .parseArgs(arguments);
        return options.secondPass;
    }
}
