package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.HighResolution;
import io.github.sdfinetune.Picture;
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

    private static void checkFor(Generation generation, String... arguments) {
        Options options = new Options();
        new CommandLine(options)
                .registerConverter(SecondPassOptions.Enlargement.class, SecondPassOptions.Enlargement::parse)
                .parseArgs(arguments);
        options.secondPass.checkFor(generation);
    }
}
