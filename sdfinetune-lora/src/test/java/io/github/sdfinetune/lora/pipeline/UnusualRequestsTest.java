package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.generation;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.training;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.TrainerConfig;
import io.github.sdfinetune.event.ProgressEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is allowed works at the ends of its range, too. */
final class UnusualRequestsTest {
    @TempDir
    private static Path folder;

    private static TinyPipeline tiny;

    @BeforeAll
    static void load() throws Exception {
        tiny = TinyPipeline.in(folder);
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    @ParameterizedTest
    @CsvSource({"8,8", "8,64", "24,40", "72,8", "128,64"})
    void everyMultipleOfTheFactorIsASize(int width, int height) {
        GeneratedImage picture = tiny.generate(generation().size(width, height));

        assertThat(picture.width()).isEqualTo(width);
        assertThat(picture.height()).isEqualTo(height);
        assertThat(picture.rgb()).hasSize(3 * width * height);
        assertThat(picture.toBufferedImage().getRGB(0, 0) >> 16 & 0xff).isEqualTo(picture.rgb()[0] & 0xff);
    }

    static Stream<String> prompts() {
        return Stream.of("", " ", "<|endoftext|>", "\u0000\ud800", "a \ud83e\udd8a in the snow", "word ".repeat(5000));
    }

    @ParameterizedTest
    @MethodSource("prompts")
    void everyTextIsAPrompt(String prompt) {
        List<GeneratedImage> pictures = tiny.pipeline()
                .generateAll(Generation.of(prompt).negativePrompt(prompt).steps(1), event -> {});

        assertThat(pictures).hasSize(1);
        assertThat(pictures.get(0).parameters()).contains("Steps: 1");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1L << 32, Long.MAX_VALUE})
    void everyNumberIsASeed(long seed) {
        assertThat(tiny.rgb(generation().seed(seed)))
                .isEqualTo(tiny.rgb(generation().seed(seed)));
        assertThat(tiny.train(training().steps(1).seed(seed).build()).metadata())
                .containsEntry("seed", Long.toString(seed));
    }

    static List<Sampler> samplers() {
        return Sampler.all();
    }

    @ParameterizedTest
    @MethodSource("samplers")
    void oneStepIsEnough(Sampler sampler) {
        assertThat(tiny.rgb(generation().sampler(sampler).steps(1))).isNotEmpty();
    }

    @Test
    void guidanceUpToOneIgnoresTheNegativePrompt() {
        byte[] picture = tiny.rgb(generation().guidanceScale(1));

        assertThat(tiny.rgb(generation().guidanceScale(1).negativePrompt("something else")))
                .isEqualTo(picture);
        assertThat(tiny.rgb(generation().guidanceScale(0))).isEqualTo(picture);
        assertThat(tiny.rgb(generation())).isNotEqualTo(picture);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a fox :0", "a fox :-1", "a fox AND a fox :-1", "a fox :0.5 AND a fox :-0.5 AND a fox :2"})
    void withoutGuidanceTheWeightsOfOnePromptDoNotMatter(String prompt) {
        Generation fox = generation().guidanceScale(1).promptSyntax(PromptSyntax.A1111);

        assertThat(tiny.rgb(fox.prompts(prompt))).isEqualTo(tiny.rgb(fox.prompts("a fox")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a fox AND snow :-1", "a fox AND snow :-2", "a fox AND snow :0.5"})
    void partsOfAPromptActWithoutGuidance(String prompt) {
        Generation fox = generation().guidanceScale(1).promptSyntax(PromptSyntax.A1111);

        assertThat(tiny.rgb(fox.prompts(prompt))).isNotEqualTo(tiny.rgb(fox.prompts("a fox")));
    }

    @Test
    void weightsThatAddUpToNothingAreGuidedInSomeStepsAndRescaled() {
        Generation fox = generation().promptSyntax(PromptSyntax.A1111).prompts("a fox AND snow :-1");

        assertThat(tiny.rgb(fox.guidanceInterval(0.5, 1))).isNotEqualTo(tiny.rgb(fox));
        assertThat(tiny.rgb(fox.guidanceRescale(0.7))).isNotEqualTo(tiny.rgb(fox));
    }

    static Stream<TrainerConfig> trainings() {
        return Stream.of(
                        training().resolution(8),
                        training().resolution(128),
                        training().rank(1),
                        training().rank(500),
                        training().dropout(0.99),
                        training().batchSize(4),
                        training().batchSize(3).steps(3),
                        training().steps(1),
                        training().alpha(1e-3),
                        training().maxGradientNorm(Double.POSITIVE_INFINITY))
                .map(TrainerConfig.Builder::build);
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void everySettingTrains(TrainerConfig config) {
        Adapter adapter = tiny.pipeline().train(tiny.pictures(), config, event -> {});

        assertThat(tiny.rgb(generation().with(adapter, 1))).isNotEqualTo(tiny.rgb(generation()));
    }

    @Test
    void eventsCountFromOneToTheLastStep() {
        List<ProgressEvent> events = new ArrayList<>();
        tiny.pipeline().generate(generation(), events::add);

        assertThat(events)
                .containsExactly(
                        new ProgressEvent.DenoisingStep(1, 4),
                        new ProgressEvent.DenoisingStep(2, 4),
                        new ProgressEvent.DenoisingStep(3, 4),
                        new ProgressEvent.DenoisingStep(4, 4),
                        new ProgressEvent.Preparing("decoding pictures", 1, 1));
    }
}
