package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.github.sdfinetune.error.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {
    @TempDir
    private Path folder;

    @Test
    void emptyFolderIsAccepted() {
        assertThatNoException().isThrownBy(() -> ModelFolder.check(folder, false));
    }

    @Test
    void modelIsReplacedOnlyOnRequest() throws IOException {
        Files.createFile(folder.resolve("model_index.json"));
        assertThatExceptionOfType(OutputException.class).isThrownBy(() -> ModelFolder.check(folder, false));
        assertThatNoException().isThrownBy(() -> ModelFolder.check(folder, true));
    }

    @Test
    void whatIsNoModelIsNeverReplaced() throws IOException {
        Files.createFile(folder.resolve("thesis.tex"));
        assertThatExceptionOfType(OutputException.class)
                .isThrownBy(() -> ModelFolder.check(folder, true))
                .withMessage(folder + ": is not replaced, because it has no model_index.json: no model");
    }
}
