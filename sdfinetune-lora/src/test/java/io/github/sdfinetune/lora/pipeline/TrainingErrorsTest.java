package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.training;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.sdfinetune.Dataset;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.TrainerConfig;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.error.DatasetException;
import io.github.sdfinetune.error.TrainingException;
import io.github.sdfinetune.event.ProgressEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainingErrorsTest {
    @TempDir
    private static Path folder;

    private static TinyPipeline tiny;

    @TempDir
    private Path pictures;

    private long open;

    @BeforeAll
    static void load() throws Exception {
        tiny = TinyPipeline.in(folder);
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    @BeforeEach
    void count() {
        open = Tensor.open();
    }

    @AfterEach
    void nothingStaysOpen() {
        assertThat(Tensor.open()).isEqualTo(open);
    }

    @Test
    void settingsOutOfRangeAreRefusedWhenTheyAreMade() {
        assertRefused(training().rank(-1), "rank must be at least 1, was -1");
        assertRefused(training().rank(0), "rank must be at least 1, was 0");
        assertRefused(training().alpha(0), "alpha must be a number above 0, was 0.0");
        assertRefused(training().dropout(1), "dropout must be from 0 to less than 1, was 1.0");
        assertRefused(training().steps(0), "steps must be at least 1, was 0");
        assertRefused(training().batchSize(0), "batch size must be at least 1, was 0");
        assertRefused(training().learningRate(Double.NaN), "learning rate must be a number above 0, was NaN");
        assertRefused(training().maxGradientNorm(-1), "the largest gradient norm must be above 0, was -1.0");
        assertRefused(training().resolution(4), "resolution must be at least 8, was 4");
    }

    private static void assertRefused(TrainerConfig.Builder config, String message) {
        assertThatThrownBy(config::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void aResolutionThatIsNoMultipleOfTheFactorNamesTheNearest() {
        assertThatThrownBy(() -> tiny.train(training().resolution(100).build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("resolution must be a multiple of 8, was 100 (nearest: 96, 104)");
    }

    @Test
    void aLossThatIsNoNumberNamesStepPicturesAndLearningRate() {
        TrainingException failure = catchThrowableOfType(
                TrainingException.class,
                () -> tiny.train(
                        training().learningRate(1e15).batchSize(2).steps(100).build()));

        assertThat(failure.step()).isEqualTo(2);
        assertThat(failure)
                .hasMessageMatching("loss became (NaN|Infinity) at step 2 \\(pictures disc-\\d\\.png, disc-\\d\\.png;"
                        + " learning rate 1\\.0e\\+15\\); a lower learning rate may help");
    }

    @Test
    void factorsThatAreNoNumbersAfterAStepAreNoAdapter() {
        TrainingException failure = catchThrowableOfType(
                TrainingException.class,
                () -> tiny.train(training().learningRate(1e300).steps(1).build()));

        assertThat(failure.step()).isEqualTo(1);
        assertThat(failure)
                .hasMessageMatching("parameter norm became (NaN|Infinity) at step 1"
                        + " \\(pictures disc-\\d\\.png; learning rate 1\\.0e\\+300\\); a lower learning rate may help");
    }

    @Test
    void fewerPicturesThanTheBatchSizeAreRefused() {
        assertThatThrownBy(() -> tiny.train(training().batchSize(5).build()))
                .isInstanceOf(DatasetException.class)
                .hasMessage(tiny.pictures().folder() + ": 4 pictures, fewer than the batch size of 5");
    }

    @Test
    void allFaultsOfADatasetAreNamedTogether() throws IOException {
        Dataset dataset = Pictures.draw(pictures, 3);
        Files.delete(pictures.resolve("disc-0.txt"));
        byte[] whole = Files.readAllBytes(pictures.resolve("disc-1.png"));
        Files.write(pictures.resolve("disc-1.png"), Arrays.copyOf(whole, whole.length / 2));
        Files.writeString(pictures.resolve("text.png"), "no picture");
        Files.writeString(pictures.resolve("text.txt"), "a caption");

        DatasetException failure = catchThrowableOfType(DatasetException.class, () -> train(dataset));

        assertThat(failure.folder()).isEqualTo(pictures);
        assertThat(failure.faults()).hasSize(3);
        assertThat(failure.faults().get(0))
                .isEqualTo("disc-0.png: has no caption, expected a text in disc-0.txt or .caption, or an instance"
                        + " prompt");
        assertThat(failure.faults().get(1)).startsWith("disc-1.png: damaged");
        assertThat(failure.faults().get(2)).startsWith("text.png: is no picture");
        assertThat(failure).hasMessageStartingWith(pictures + ": 3 faults:\n  disc-0.png: ");
    }

    @Test
    void anInstancePromptStandsInForMissingCaptions() throws IOException {
        Dataset dataset = Pictures.draw(pictures, 1);
        Files.delete(pictures.resolve("disc-0.txt"));

        TrainerConfig config = training().instancePrompt("a photo of a disc").build();

        assertThat(tiny.pipeline()
                        .train(dataset, config, ProgressListener.quiet())
                        .metadata())
                .containsEntry("pictures", "1");
    }

    @Test
    void aCutCaptionNamesItsPicture() throws IOException {
        Dataset dataset = Pictures.draw(pictures, 1);
        Files.writeString(pictures.resolve("disc-0.txt"), "disc ".repeat(200));
        List<String> warnings = new ArrayList<>();

        tiny.pipeline().train(dataset, training().build(), event -> {
            if (event instanceof ProgressEvent.Warning warning) {
                warnings.add(warning.message());
            }
        });

        assertThat(warnings)
                .singleElement()
                .asString()
                .startsWith("disc-0.png: ")
                .contains("was cut off");
    }

    @Test
    void aFolderWithoutPicturesIsRefused() {
        assertThatThrownBy(() -> train(Dataset.folder(pictures)))
                .isInstanceOf(DatasetException.class)
                .hasMessageStartingWith(pictures + ": no pictures in it");
        assertThatThrownBy(() -> train(Dataset.folder(pictures.resolve("absent"))))
                .isInstanceOf(DatasetException.class)
                .hasMessage(pictures.resolve("absent") + ": no such folder");
    }

    private static void train(Dataset dataset) {
        tiny.pipeline().train(dataset, training().build(), ProgressListener.quiet());
    }
}
