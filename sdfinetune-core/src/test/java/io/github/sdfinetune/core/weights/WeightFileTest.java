package io.github.sdfinetune.core.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WeightFileTest {

    @ParameterizedTest
    @CsvSource({
        "loras/mug.safetensors, mug",
        "mug.pt, mug",
        "mug.v2.BIN, mug.v2",
        "mug.v2, mug.v2",
        "peft/adapter, adapter",
        ".safetensors, ''"
    })
    void aNameIsGivenWithoutItsEnding(Path file, String name) {
        assertThat(WeightFile.baseName(file)).isEqualTo(name);
    }
}
