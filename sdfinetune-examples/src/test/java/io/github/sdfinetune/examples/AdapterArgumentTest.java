package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdapterArgumentTest {

    @ParameterizedTest
    @CsvSource({
        "mug.safetensors:0.8, mug.safetensors, 0.8",
        "mug.safetensors:-1, mug.safetensors, -1",
        "mug.safetensors:+.5, mug.safetensors, 0.5",
        "mug.safetensors:1e-1, mug.safetensors, 0.1",
        "a folder/mug.safetensors:2., a folder/mug.safetensors, 2",
    })
    void scaleFollowsTheLastColon(String text, String file, float scale) {
        AdapterArgument argument = AdapterArgument.parse(text);
        assertThat(argument.file()).hasToString(file);
        assertThat(argument.scale()).contains(scale);
    }

    @ParameterizedTest
    @CsvSource({
        "mug.safetensors",
        "C:\\loras\\mug.safetensors",
        "C:mug.safetensors",
        "mug:latest",
        "mug:0.8.safetensors",
        "mug:0.8f",
        "mug:NaN",
        "mug:Infinity",
        "mug:",
        "mug:.",
    })
    void whatIsNoNumberBelongsToTheFile(String text) {
        AdapterArgument argument = AdapterArgument.parse(text);
        assertThat(argument.file()).hasToString(text);
        assertThat(argument.scale()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"C:\\mug.safetensors:0.8, C:\\mug.safetensors", "mug:1:0.8, mug:1"})
    void onlyTheLastColonCounts(String text, String file) {
        assertThat(AdapterArgument.parse(text).file()).hasToString(file);
        assertThat(AdapterArgument.parse(text).scale()).contains(0.8f);
    }

    @Test
    void missingFileIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AdapterArgument.parse(":0.8"))
                .withMessage("the name of the file is missing, expected FILE or FILE:SCALE");
    }

    @Test
    void scaleBeyondAFloatIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AdapterArgument.parse("mug:1e99"))
                .withMessage("the scale must be a finite number, was Infinity");
    }
}
