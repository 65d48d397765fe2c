package io.github.sdfinetune.lora.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.ModelConversion;
import io.github.sdfinetune.ModelLayout;
import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.error.CancelledException;
import io.github.sdfinetune.error.ModelFormatException;
import io.github.sdfinetune.event.ProgressEvent.Preparing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole models are written with progress, and an interrupt leaves nothing behind. */
final class WritingModelsTest {
    @TempDir
    private static Path folder;

    private static Path model;

    private record Writing(String target, int parts, Work work) {
        @Override
        public String toString() {
            return target;
        }
    }

    private interface Work {
        void write(Path target, ProgressListener listener);
    }

    @BeforeAll
    static void write() {
        model = folder.resolve("model");
        NewModel.tiny(1).write(model);
    }

    static Stream<Writing> writings() {
        ModelConversion toFile = ModelConversion.of(model, ModelLayout.SINGLE_FILE);
        return Stream.of(
                new Writing("new", 3, NewModel.tiny(1)::write),
                new Writing("copy", 3, ModelConversion.of(model, ModelLayout.DIFFUSERS)::write),
                new Writing("file.safetensors", 1, toFile::write),
                new Writing("file.ckpt", 1, toFile::write));
    }

    @ParameterizedTest
    @MethodSource("writings")
    void everyTensorIsHeardOf(Writing writing) {
        List<Preparing> heard = new ArrayList<>();
        writing.work().write(folder.resolve("heard-" + writing.target()), event -> heard.add((Preparing) event));

        assertThat(heard.stream().map(Preparing::activity).distinct()).hasSize(writing.parts());
        assertThat(heard.stream().filter(event -> event.done() == event.total()))
                .hasSize(writing.parts());
        assertThat(heard.stream().filter(event -> event.done() == 1)).hasSize(writing.parts());
    }

    @ParameterizedTest
    @MethodSource("writings")
    void anInterruptLeavesNothing(Writing writing) throws IOException {
        Path target = folder.resolve("cancelled").resolve(writing.target());
        Files.createDirectories(target.getParent());
        try {
            assertThatThrownBy(() -> writing.work().write(target, event -> {
                        if (((Preparing) event).done() == 20) {
                            Thread.currentThread().interrupt();
                        }
                    }))
                    .isInstanceOf(CancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).as("the flag stays set").isTrue();
        }
        assertThat(target.getParent()).isEmptyDirectory();
    }

    @Test
    void aPredictionThatNoFileCanSayIsRefused() throws IOException {
        Path flow = folder.resolve("flow");
        NewModel.tiny(1).write(flow);
        Path scheduler = flow.resolve("scheduler/scheduler_config.json");
        Files.writeString(scheduler, """
                {"_class_name": "DDIMScheduler", "prediction_type": "flow_prediction"}
                """);
        Path target = folder.resolve("flow.safetensors");

        assertThatThrownBy(
                        () -> ModelConversion.of(flow, ModelLayout.SINGLE_FILE).write(target))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(
                        "'prediction_type' is \"flow_prediction\", expected one of \"epsilon\", \"sample\", \"v_prediction\"");
        assertThat(target).doesNotExist();
    }
}
