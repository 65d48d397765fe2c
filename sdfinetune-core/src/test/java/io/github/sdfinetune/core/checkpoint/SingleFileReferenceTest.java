package io.github.sdfinetune.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.weights.TensorSource;
import io.github.sdfinetune.core.weights.WeightEntry;
import io.github.sdfinetune.core.weights.WeightFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The single files of the reference hold the weights of the folders that they are named after, some rounded to float16. */
@Tag("reference")
final class SingleFileReferenceTest {
    private static final String FOLDER = "models/single_file";

    @TestFactory
    Stream<DynamicTest> theWeightsAreThoseOfTheFolder() {
        Path report = ReferenceFolder.get().path(FOLDER + "/report.json");
        if (!Files.exists(report)) {
            return Stream.empty();
        }
        return JsonFile.read(report).object("loaded_back_identical").keys().stream()
                .map(name -> dynamicTest(FOLDER + "/" + name, () -> equalsItsFolder(name)));
    }

    private static void equalsItsFolder(String name) {
        Path folder = ReferenceFolder.get().path("models/" + name.replaceFirst("(-fp16)?\\..*", ""));
        DiffusersFolder expected = new DiffusersFolder(folder);
        SingleFileCheckpoint checkpoint = SingleFileCheckpoint.open(
                ReferenceFolder.get().path(FOLDER + "/" + name), Optional.of(folder), Optional.empty());
        for (String component : List.of("unet", "vae", "text_encoder", "text_encoder_2")) {
            assertThat(checkpoint.has(component)).as(component).isEqualTo(expected.has(component));
            if (expected.has(component)) {
                assertEqual(
                        checkpoint.weights(component, Optional.empty()), expected.weights(component, Optional.empty()));
            }
        }
        assertThat(checkpoint.tokenizer("tokenizer")).isEqualTo(folder.resolve("tokenizer"));
        assertThat(checkpoint.config("scheduler").text())
                .isEqualTo(expected.config("scheduler").text());
    }

    private static void assertEqual(WeightFiles weights, WeightFiles expected) {
        assertThat(weights.names())
                .filteredOn(name -> !name.endsWith("position_ids"))
                .containsExactlyInAnyOrderElementsOf(expected.names().stream()
                        .filter(name -> !name.endsWith("position_ids"))
                        .toList());
        for (WeightEntry entry : weights.entries()) {
            if (entry.dtype().isFloatingPoint()) {
                WeightEntry original = expected.entry(entry.name());
                assertThat(entry.shape()).as(entry.name()).isEqualTo(original.shape());
                assertThat(entry.data())
                        .as(entry.name())
                        .isEqualTo(TensorSource.of(original)
                                .as(entry.dtype())
                                .data()
                                .get());
            }
        }
    }
}
