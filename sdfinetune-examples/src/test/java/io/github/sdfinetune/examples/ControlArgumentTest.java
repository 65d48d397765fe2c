package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlArgumentTest {

    @ParameterizedTest
    @CsvSource({
        "net:i.png,             net, i.png, false, 1, 0, 1",
        "net:i.png:0.8,         net, i.png, false, 0.8, 0, 1",
        "net:i.png:-1:0.1,      net, i.png, false, -1, 0.1, 1",
        "a/net:b/i.png:1:0:0.5, a/net, b/i.png, false, 1, 0, 0.5",
        "net:canny:i.png:2,     net, i.png, true, 2, 0, 1",
    })
    void partsAreTold(String text, String net, String image, boolean canny, double scale, double start, double end) {
        assertThat(ControlArgument.parse(text))
                .isEqualTo(new ControlArgument(Path.of(net), Path.of(image), canny, scale, start, end));
    }

    @Test
    void driveLettersBelongToTheirPaths() {
        ControlArgument argument = ControlArgument.parse("C:\\net:canny:D:\\i.png:0.5");
        assertThat(argument.net()).hasToString("C:\\net");
        assertThat(argument.image()).hasToString("D:\\i.png");
        assertThat(argument.scale()).isEqualTo(0.5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "net", "net:", ":i.png", "net:i.png:x", "net:i.png:1:0:1:1"})
    void otherFormsAreRefused(String text) {
        assertThatThrownBy(() -> ControlArgument.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected NET:IMAGE[:SCALE[:START[:END]]]");
    }
}
