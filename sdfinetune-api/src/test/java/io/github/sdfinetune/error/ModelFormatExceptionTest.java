package io.github.sdfinetune.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ModelFormatExceptionTest {

    @Test
    void theMessageIsThePathAndTheProblem() {
        ModelFormatException exception = new ModelFormatException(Path.of("a: b"), "is empty");
        assertThat(exception).hasMessage("a: b: is empty");
        assertThat(exception.problem()).isEqualTo("is empty");
    }
}
