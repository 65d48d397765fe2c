package io.github.sdfinetune.lora.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterFormat;
import io.github.sdfinetune.Dataset;
import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.TrainerConfig;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.event.ProgressEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A LoRA trained on the real photos of the reference data, saved, loaded, and generated with. */
@Tag("reference")
final class MainJobReferenceTest {
    private static final int STEPS = 8;

    private final Path photos = ReferenceFolder.get().path("photos");
    private final Path model = ReferenceFolder.get().path("models/sd1");
    private final List<String> warnings = new ArrayList<>();
    private final List<Double> losses = new ArrayList<>();

    @TempDir
    private Path folder;

    @BeforeEach
    void exist() {
        Assumptions.assumeTrue(Files.isDirectory(photos), "the reference data has no photos");
        Assumptions.assumeTrue(
                Files.isDirectory(model.resolve("tokenizer")), "the reference data has parts of models only");
    }

    @Test
    void photosBecomeALoraThatChangesPictures() throws IOException {
        try (Pipeline pipeline = Pipeline.load(model, LoadOptions.defaults().threads(1))) {
            Adapter trained = pipeline.train(Dataset.folder(photos), config(), this::note);

            assertThat(trained.metadata()).containsEntry("pictures", Long.toString(photos()));
            assertThat(warnings).as("files that are no pictures").anyMatch(text -> text.contains("README.md"));
            assertThat(losses).hasSize(STEPS).allMatch(loss -> loss > 0 && Double.isFinite(loss));
            assertChangesPictures(pipeline, trained);
        }
    }

    private static TrainerConfig config() {
        return TrainerConfig.lora()
                .rank(4)
                .learningRate(1e-3)
                .batchSize(2)
                .resolution(64)
                .steps(STEPS)
                .seed(3)
                .build();
    }

    private void note(ProgressEvent event) {
        if (event instanceof ProgressEvent.Warning warning) {
            warnings.add(warning.message());
        } else if (event instanceof ProgressEvent.TrainingStep step) {
            losses.add(step.loss());
        }
    }

    private void assertChangesPictures(Pipeline pipeline, Adapter trained) {
        Generation request =
                Generation.of("a photo of a cat").size(64, 64).steps(4).seed(42);
        byte[] without = pipeline.generate(request).rgb();
        byte[] with = pipeline.generate(request.with(trained, 0.8f)).rgb();
        assertThat(with).isNotEqualTo(without);
        for (AdapterFormat format : AdapterFormat.values()) {
            Path file = folder.resolve(format + ".safetensors");
            trained.save(file, format);

            GeneratedImage picture = pipeline.generate(request.with(Adapter.load(file), 0.8f));

            assertThat(picture.rgb()).as("%s", format).isEqualTo(with);
            assertThat(picture.parameters()).contains("\"" + format + ": 0.8\"");
        }
    }

    /** How many there are with a caption; folders are not looked into. */
    private long photos() throws IOException {
        try (Stream<Path> files = Files.list(photos)) {
            return files.filter(file -> file.toString().endsWith(".txt")).count();
        }
    }
}
