package io.github.sdfinetune.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SchedulerConfigTest {
    @TempDir
    Path folder;

    @Test
    void theFileNamesItsClass() throws IOException {
        Path file = folder.resolve("scheduler_config.json");
        Files.writeString(file, "{\"_class_name\": \"PNDMScheduler\", \"steps_offset\": 1}");
        SchedulerConfig config = SchedulerConfig.of(JsonFile.read(file));
        assertThat(config.className()).isEqualTo("PNDMScheduler");
        assertThat(config.settings().integer("steps_offset")).isEqualTo(1);
    }

    @Test
    void aFileWithoutClassIsRefused() throws IOException {
        Path file = folder.resolve("scheduler_config.json");
        Files.writeString(file, "{}");
        assertThatThrownBy(() -> SchedulerConfig.of(JsonFile.read(file)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(file + ": '_class_name' is missing");
    }
}
