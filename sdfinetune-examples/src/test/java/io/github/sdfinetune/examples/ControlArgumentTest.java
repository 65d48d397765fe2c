package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlArgumentTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "net:i.png             | net   | i.png   | false |     |     |     | false",
                "net:i.png:0.8         | net   | i.png   | false | 0.8 |     |     | false",
                "net:i.png:-1:0.1      | net   | i.png   | false | -1  | 0.1 |     | false",
                "a/net:b/i.png:1:0:0.5 | a/net | b/i.png | false | 1   | 0   | 0.5 | false",
                "net:canny:i.png:2     | net   | i.png   | true  | 2   |     |     | false",
                "net:i.png:guess       | net   | i.png   | false |     |     |     | true",
                "net:i.png:.5:0:1:guess | net  | i.png   | false | 0.5 | 0   | 1   | true",
                "net:guess             | net   | guess   | false |     |     |     | false",
            })
    void partsAreTold(
            String text,
            String net,
            String image,
            boolean canny,
            @Nullable Double scale,
            @Nullable Double start,
            @Nullable Double end,
            boolean guess) {
        assertThat(ControlArgument.parse(text))
                .isEqualTo(new ControlArgument(
                        Path.of(net),
                        List.of(Path.of(image)),
                        canny,
                        Optional.ofNullable(scale),
                        Optional.ofNullable(start),
                        Optional.ofNullable(end),
                        guess));
    }

    @Test
    void aCommaStandsBetweenThePicturesOfSeveralPrompts() {
        assertThat(ControlArgument.parse("net:canny:a.png,b/c.png:0.5").images())
                .containsExactly(Path.of("a.png"), Path.of("b/c.png"));
    }

    @Test
    void driveLettersBelongToTheirPaths() {
        ControlArgument argument = ControlArgument.parse("C:\\net:canny:D:\\i.png,E:\\j.png:0.5");
        assertThat(argument.net()).hasToString("C:\\net");
        assertThat(argument.images()).map(Path::toString).containsExactly("D:\\i.png", "E:\\j.png");
        assertThat(argument.scale()).contains(0.5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "net",
                "net:",
                ":i.png",
                "net:i.png:x",
                "net:i.png:1:0:1:1",
                "net:i.png,",
                "net:i.png:guess:1"
            })
    void otherFormsAreRefused(String text) {
        assertThatThrownBy(() -> ControlArgument.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected NET:IMAGE[:SCALE[:START[:END]]]");
    }
}
