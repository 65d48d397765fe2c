package io.github.sdfinetune.core.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClipTokenizerTest {
    @TempDir
    static Path small;

    @TempDir
    Path folder;

    @BeforeAll
    static void write() {
        SmallVocabulary.write(small);
    }

    @Test
    void aPromptIsPaddedToItsLength() {
        try (ClipTokenizer tokenizer = ClipTokenizer.load(small)) {
            long end = tokenizer.endToken();
            long[] untruncated = tokenizer.encodeUntruncated("a red fox");
            TokenizedPrompt prompt = tokenizer.encode("a red fox");
            assertThat(tokenizer.vocabularySize()).isEqualTo((int) end + 1);
            assertThat(tokenizer.padToken()).isEqualTo(end);
            assertThat(tokenizer.maxLength()).isEqualTo(77);
            assertThat(untruncated).startsWith(end - 1).endsWith(end);
            assertThat(prompt.ids()).hasSize(77).startsWith(untruncated).endsWith(end, end, end);
            assertThat(prompt.cutText()).isEmpty();
        }
    }

    @Test
    void whatDoesNotFitIsKeptAsText() {
        try (ClipTokenizer tokenizer = ClipTokenizer.load(small)) {
            TokenizedPrompt exact = tokenizer.encode("x ".repeat(75));
            TokenizedPrompt longer = tokenizer.encode("x ".repeat(75) + "Blue, SKY caf\u00e9");
            assertThat(exact.cutText()).isEmpty();
            assertThat(longer.ids()).containsExactly(exact.ids()).endsWith(tokenizer.endToken());
            assertThat(longer.cutText()).isEqualTo("blue , sky caf\u00e9");
            assertThat(longer).hasToString(Arrays.toString(longer.ids()) + " without \"blue , sky caf\u00e9\"");
        }
    }

    @Test
    void resultsCanNotBeChanged() {
        try (ClipTokenizer tokenizer = ClipTokenizer.load(small)) {
            TokenizedPrompt prompt = tokenizer.encode("a");
            prompt.ids()[0] = -1;
            assertThat(prompt.ids()).isEqualTo(tokenizer.encode("a").ids());
        }
    }

    @Test
    void thePadTokenIsTheModelsOwn() throws IOException {
        copySmall();
        Files.writeString(folder.resolve("special_tokens_map.json"), "{\"pad_token\": \"!\"}");
        try (ClipTokenizer tokenizer = ClipTokenizer.load(folder)) {
            assertThat(tokenizer.padToken()).isZero();
            assertThat(tokenizer.encode("").ids()).startsWith(tokenizer.endToken() - 1, tokenizer.endToken(), 0, 0, 0);
            assertThat(tokenizer.encodeUntruncated("wow!!!")).containsSubsequence(0, 0, 0);
        }
    }

    @Test
    void tokenizerJsonGivesTheSameIds() throws IOException {
        Vocabulary vocabulary = Vocabulary.read(small);
        byte[] json = TokenizerJson.of(vocabulary, SpecialTokens.read(small));
        Files.write(folder.resolve("tokenizer.json"), json);
        try (ClipTokenizer expected = ClipTokenizer.load(small);
                ClipTokenizer tokenizer = ClipTokenizer.load(folder)) {
            String prompt = "It's a Photo of <|endoftext|> two caf\u00e9s";
            assertThat(tokenizer.encode(prompt).ids())
                    .containsExactly(expected.encode(prompt).ids());
        }
    }

    @Test
    void addedTokensAreFoundAsAWhole() throws IOException {
        copySmall();
        int id = Vocabulary.read(small).ids().size();
        Files.writeString(folder.resolve("added_tokens.json"), "{\"<my-mug>\": " + id + "}");
        try (ClipTokenizer tokenizer = ClipTokenizer.load(folder)) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(id + 1);
            assertThat(tokenizer.encodeUntruncated("<My-Mug>")).containsExactly(id - 2, id, id - 1);
        }
    }

    @ParameterizedTest(name = "{index}") // the texts themselves are not fit for a report
    @ValueSource(
            strings = {
                "\ud800",
                "a\udc00b \ud83d",
                "\u0000\u0001\u001b\u007f\u0085",
                "\ud83d\ude00",
                "\u200b\ufeff\u00ad"
            })
    void anyTextIsAccepted(String prompt) {
        try (ClipTokenizer tokenizer = ClipTokenizer.load(small)) {
            assertThat(tokenizer.encodeUntruncated(prompt)).hasSizeGreaterThan(2);
        }
    }

    @Test
    void aLoneSurrogateCountsAsReplacementCharacter() {
        try (ClipTokenizer tokenizer = ClipTokenizer.load(small)) {
            assertThat(tokenizer.encodeUntruncated("a\ud83d b")).isEqualTo(tokenizer.encodeUntruncated("a\ufffd b"));
        }
    }

    @ParameterizedTest(name = "{index}") // the texts themselves are not fit for a report
    @ValueSource(strings = {"a", "a ", "\ud83d\ude00", "!", "photo of the ", " ", "\ud800", "e\u0301"})
    void longPromptsAreRead(String part) {
        String prompt = part.repeat(100_000 / part.length());
        try (ClipTokenizer tokenizer = ClipTokenizer.load(small)) {
            assertThat(tokenizer.encode(prompt).ids()).hasSize(77);
        }
    }

    @Test
    void endlessPromptsAreRefused() {
        String prompt = "a".repeat(100_001);
        try (ClipTokenizer tokenizer = ClipTokenizer.load(small)) {
            assertThatThrownBy(() -> tokenizer.encode(prompt))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the prompt has 100001 characters, expected at most 100000");
        }
    }

    @Test
    void threadsShareOneTokenizer() throws Exception {
        List<String> prompts = IntStream.range(0, 200)
                .mapToObj(i -> "photo number " + i + " of a fox in the snow".repeat(i % 7))
                .toList();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (ClipTokenizer tokenizer = ClipTokenizer.load(small)) {
            List<String> alone = encodeAll(tokenizer, prompts);
            List<Future<List<String>>> together = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                together.add(threads.submit(() -> encodeAll(tokenizer, prompts)));
            }
            for (Future<List<String>> result : together) {
                assertThat(result.get()).isEqualTo(alone);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void closingWaitsForOtherThreads() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        ClipTokenizer tokenizer = ClipTokenizer.load(small);
        try {
            Future<?> encoding = threads.submit(() -> {
                while (true) {
                    tokenizer.encode("photo of the ".repeat(100));
                }
            });
            Thread.sleep(50);
            tokenizer.close();
            tokenizer.close();
            assertThatThrownBy(encoding::get)
                    .hasRootCauseInstanceOf(IllegalStateException.class)
                    .hasRootCauseMessage("ClipTokenizer is closed");
        } finally {
            threads.shutdown();
        }
    }

    private static List<String> encodeAll(ClipTokenizer tokenizer, List<String> prompts) {
        return prompts.stream()
                .map(prompt -> tokenizer.encode(prompt).toString())
                .toList();
    }

    private void copySmall() throws IOException {
        for (String file : List.of("vocab.json", "merges.txt", "tokenizer_config.json")) {
            Files.copy(small.resolve(file), folder.resolve(file));
        }
    }
}
