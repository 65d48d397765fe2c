package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.STEPS;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.training;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Dataset;
import io.github.sdfinetune.event.ProgressEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainingRunTest {
    @TempDir
    private static Path folder;

    @AutoClose
    private static TinyPipeline tiny;

    @TempDir
    private Path pictures;

    @BeforeAll
    static void load() throws Exception {
        tiny = TinyPipeline.in(folder);
    }

    @Test
    void picturesAndCaptionsAreEncodedOnceBeforeTheFirstStep() throws IOException {
        Dataset dataset = Pictures.draw(pictures, 2);
        String tooLong = "disc ".repeat(200);
        Files.writeString(pictures.resolve("disc-0.txt"), tooLong);
        Files.writeString(pictures.resolve("disc-1.txt"), tooLong + "twice");
        List<String> encoded = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        List<Integer> steps = new ArrayList<>();

        tiny.pipeline().train(dataset, training().steps(3 * STEPS).build(), event -> {
            if (event instanceof ProgressEvent.Preparing preparing
                    && preparing.activity().startsWith("encoding")) {
                encoded.add(preparing.done() + " of " + preparing.total());
            } else if (event instanceof ProgressEvent.Warning warning) {
                warnings.add(warning.message());
            } else if (event instanceof ProgressEvent.TrainingStep step) {
                steps.add(step.step());
                assertThat(encoded).hasSize(2);
                deletePictures();
            }
        });

        assertThat(steps).hasSize(3 * STEPS);
        assertThat(encoded).containsExactly("1 of 2", "2 of 2");
        assertThat(warnings).as("that a caption was cut").hasSize(2);
    }

    /** What is needed later was kept. */
    private void deletePictures() {
        try {
            for (int i = 0; i < 2; i++) {
                Files.deleteIfExists(pictures.resolve("disc-" + i + ".png"));
                Files.deleteIfExists(pictures.resolve("disc-" + i + ".txt"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
