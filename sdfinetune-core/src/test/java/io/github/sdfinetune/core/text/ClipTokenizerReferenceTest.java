package io.github.sdfinetune.core.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.testing.ReferenceCase;
import io.github.sdfinetune.core.testing.ReferenceCases;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.opentest4j.TestAbortedException;

@Tag("reference")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClipTokenizerReferenceTest {
    private final List<ClipTokenizer> opened = new ArrayList<>();

    @AfterAll
    void close() {
        opened.forEach(ClipTokenizer::close);
    }

    @TestFactory
    Stream<DynamicTest> fullVocabulary() {
        ReferenceFolder reference = ReferenceFolder.get();
        Path cases = reference.path("tokenizer/tokenizer_cases.json");
        if (!Files.exists(cases)) {
            return reference.isCompact()
                    ? Stream.of()
                    : Stream.of(dynamicTest("tokenizer", () -> {
                        throw new TestAbortedException("the reference data has no tokenizer/tokenizer_cases.json");
                    }));
        }
        ClipTokenizer sd1 = open("tokenizer/sd1");
        ClipTokenizer sd2 = open("tokenizer/sd2");
        return JsonFile.read(cases).objects("cases").stream()
                .map(json -> dynamicTest("tokenizer/" + json.integer("id"), () -> {
                    String prompt = json.string("prompt");
                    String untruncatedSd2 = json.has("ids_sd2_if_different") ? "ids_sd2_if_different" : "ids";
                    assertThat(sd1.encodeUntruncated(prompt)).isEqualTo(longs(json, "ids"));
                    assertThat(sd1.encode(prompt).ids()).isEqualTo(longs(json, "ids_77"));
                    assertThat(sd2.encodeUntruncated(prompt)).isEqualTo(longs(json, untruncatedSd2));
                    assertThat(sd2.encode(prompt).ids()).isEqualTo(longs(json, "ids_77_sd2"));
                }));
    }

    @TestFactory
    Stream<DynamicTest> vocabulariesOfTheModels() {
        // The compact copy holds no vocabularies.
        return Stream.of("sd1", "sd2v", "sdxl")
                .filter(model -> !ReferenceFolder.get().isCompact())
                .flatMap(model -> ReferenceCases.in("models/golden/" + model)
                        .ofKind("text_encoder")
                        .matching(testCase -> testCase.json().object("params").has("prompts"))
                        .list()
                        .stream()
                        .map(testCase -> dynamicTest(
                                "tokenizer/" + model + "/" + testCase.name(), () -> check(model, testCase))));
    }

    private void check(String model, ReferenceCase testCase) {
        JsonFile params = testCase.json().object("params");
        ClipTokenizer tokenizer = open("models/" + model + "/" + params.string("tokenizer"));
        List<String> prompts = params.strings("prompts");
        long[] expected = testCase.tensors().longs("in.input_ids");
        boolean padded = expected.length == prompts.size() * tokenizer.maxLength();
        long[] ids = prompts.stream()
                .map(prompt -> padded ? tokenizer.encode(prompt).ids() : tokenizer.encodeUntruncated(prompt))
                .flatMapToLong(Arrays::stream)
                .toArray();
        assertThat(ids).isEqualTo(expected);
    }

    private ClipTokenizer open(String folder) {
        ClipTokenizer tokenizer = ClipTokenizer.load(ReferenceFolder.get().path(folder));
        opened.add(tokenizer);
        return tokenizer;
    }

    private static long[] longs(JsonFile json, String key) {
        return json.integers(key).stream().mapToLong(Integer::longValue).toArray();
    }
}
