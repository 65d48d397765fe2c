package io.github.sdfinetune.lora.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.SafetensorsWriter;
import io.github.sdfinetune.core.weights.TensorSource;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Learned words in prompts of models of all families. */
@Tag("reference")
final class WordsTest {
    @TempDir
    private static Path folder;

    private static List<Path> models;

    @BeforeAll
    static void write() {
        models = SmallModels.in(folder);
    }

    @TestFactory
    Stream<DynamicTest> vectorsOfTwoTokensGiveBitForBitThePictureOfTheTokens() {
        return models.stream()
                .map(model -> DynamicTest.dynamicTest(name(model), () -> {
                    Adapter word = Adapter.load(WordFiles.ofTokens(model, "x y", folder));
                    try (Pipeline pipeline = SmallModels.load(model)) {
                        long open = Tensor.open();
                        assertSame(pipeline, word, "a zq, b", "a x y, b");
                        assertSame(pipeline, word, "zq zq", "x y x y");
                        assertSame(
                                pipeline, word, "c ".repeat(71) + "zq ".repeat(9), "c ".repeat(71) + "x y ".repeat(9));
                        assertThat(Tensor.open()).isEqualTo(open);
                    }
                }));
    }

    /** In the prompt and in the negative prompt, plain and, where it also counts for more, in the web UI's language. */
    private static void assertSame(Pipeline pipeline, Adapter word, String prompt, String tokens) {
        assertThat(pixels(pipeline, request(prompt).with(word, 1))).isEqualTo(pixels(pipeline, request(tokens)));
        assertThat(pixels(pipeline, request("d").negativePrompt(prompt).with(word, 1)))
                .isEqualTo(pixels(pipeline, request("d").negativePrompt(tokens)))
                .isNotEqualTo(pixels(pipeline, request("d").negativePrompt(prompt)));
        assertThat(pixels(pipeline, webUi("e f (" + prompt + ":1.3)").with(word, 1)))
                .isEqualTo(pixels(pipeline, webUi("e f (" + tokens + ":1.3)")))
                .isNotEqualTo(pixels(pipeline, webUi("e f (" + prompt + ":1.3)")));
    }

    @Test
    void theScaleMultipliesTheVectorsAndTheWordActsOnlyWhereItStands() throws Exception {
        Path model = models.get(0);
        Adapter word = Adapter.load(WordFiles.ofTokens(model, "x y", folder));
        try (Pipeline pipeline = SmallModels.load(model)) {
            byte[] full = pixels(pipeline, request("a zq").with(word, 1));

            assertThat(pixels(pipeline, request("a zq").with(word, 0.5f))).isNotEqualTo(full);
            assertThat(pixels(pipeline, request("a b").with(word, 1))).isEqualTo(pixels(pipeline, request("a b")));
            assertThat(pixels(pipeline, request("a zq").with(word, 0.5f).with(word, 1)))
                    .as("the later of two words written alike counts")
                    .isEqualTo(full);
        }
    }

    @TestFactory
    Stream<DynamicTest> vectorsOfAnotherWidthAreRefusedWithBothWidths() {
        return models.stream()
                .map(model -> DynamicTest.dynamicTest(name(model), () -> {
                    Path file = folder.resolve("wide.safetensors");
                    TensorSource wide = TensorSource.of(List.of(1L, 7L), new float[7]);
                    SafetensorsWriter.write(
                            file,
                            WordFiles.encoders(model).size() == 1
                                    ? Map.of("zq", wide)
                                    : Map.of("clip_l", wide, "clip_g", wide),
                            Map.of());
                    long dim = WordFiles.vectors(model, "text_encoder", "x")
                            .shape()
                            .get(1);
                    String word = WordFiles.encoders(model).size() == 1 ? "zq" : "wide";

                    assertRefused(
                            model,
                            file,
                            "\"" + word + "\" has vectors of 7 numbers, but text_encoder of this model takes " + dim);
                }));
    }

    @TestFactory
    Stream<DynamicTest> aWordForOneTextEncoderIsRefusedByAModelOfTwo() {
        return models.stream()
                .filter(model -> WordFiles.encoders(model).size() == 2)
                .map(model -> DynamicTest.dynamicTest(name(model), () -> {
                    Path file = folder.resolve("one.safetensors");
                    SafetensorsWriter.write(
                            file, Map.of("zq", WordFiles.vectors(model, "text_encoder", "x")), Map.of());

                    assertRefused(
                            model,
                            file,
                            "\"zq\" has vectors for text_encoder, but none for text_encoder_2 of this model");
                }));
    }

    private static void assertRefused(Path model, Path file, String problem) {
        Adapter word = Adapter.load(file);
        try (Pipeline pipeline = SmallModels.load(model)) {
            long open = Tensor.open();
            assertThatThrownBy(() -> pipeline.generate(request("a").with(word, 1)))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageStartingWith(file + ": " + problem);
            assertThat(Tensor.open()).isEqualTo(open);
        }
    }

    private static String name(Path model) {
        return String.valueOf(model.getFileName());
    }

    private static Generation request(String prompt) {
        return Generation.of(prompt).seed(3).steps(2);
    }

    private static Generation webUi(String prompt) {
        return request(prompt).promptSyntax(PromptSyntax.A1111);
    }

    private static byte[] pixels(Pipeline pipeline, Generation generation) {
        return pipeline.generate(generation).rgb();
    }
}
