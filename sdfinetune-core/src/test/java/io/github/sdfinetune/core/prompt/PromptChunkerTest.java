package io.github.sdfinetune.core.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.core.text.ClipTokenizer;
import io.github.sdfinetune.core.text.SmallVocabulary;
import io.github.sdfinetune.core.text.TokenizedPrompt;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PromptChunkerTest {
    private static final Concept FOX = new Concept("red fox", 3);
    private static final Concept RED = new Concept("red", 2);
    private static final Concept HUGE = new Concept("elephant", 80);

    private record Concept(String name, int vectors) implements TextConcept {}

    private ClipTokenizer tokenizer;

    @BeforeAll
    void load(@TempDir Path folder) {
        SmallVocabulary.write(folder);
        tokenizer = ClipTokenizer.load(folder);
    }

    @AfterAll
    void close() {
        tokenizer.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a (red:1.2) [fox] BREAK x", "Very"})
    void plainPromptsAreThoseOfTheTokenizer(String prompt) {
        for (int repeats : new int[] {1, 100}) {
            String text = (prompt + ", ").repeat(repeats);
            TokenizedPrompt expected = tokenizer.encode(text);
            ChunkedPrompt chunked = chunk(text, PromptSyntax.PLAIN);
            assertThat(onlyChunks(chunked)).hasSize(1);
            assertThat(onlyChunks(chunked).get(0).ids()).isEqualTo(expected.ids());
            assertThat(onlyChunks(chunked).get(0).multipliers()).containsOnly(1);
            assertThat(chunked.cutText()).isEqualTo(expected.cutText());
        }
    }

    @Test
    void longPromptsHaveSeveralChunks() {
        ChunkedPrompt chunked = chunk("x ".repeat(74) + ", y (z:1.5) w", PromptSyntax.A1111);
        List<PromptChunk> chunks = onlyChunks(chunked);
        assertThat(chunked.cutText()).isEmpty();
        assertThat(chunks).hasSize(2);
        assertThat(chunks.get(0).ids())
                .isEqualTo(tokenizer.encode("x ".repeat(74) + ",").ids());
        assertThat(chunks.get(1).ids()).isEqualTo(tokenizer.encode("y z w").ids());
        assertThat(chunks.get(1).multipliers()).startsWith(1, 1, 1.5f, 1, 1).hasSize(77);
    }

    @Test
    void breakStartsAChunk() {
        List<PromptChunk> chunks = onlyChunks(chunk("a BREAK BREAK b", PromptSyntax.A1111));
        assertThat(chunks.stream().map(PromptChunk::ids))
                .containsExactly(
                        tokenizer.encode("a").ids(),
                        tokenizer.encode("").ids(),
                        tokenizer.encode("b").ids());
    }

    @Test
    void textsOfAScheduleAreEncodedOnceAndHaveTheSameLength() {
        ChunkedPrompt chunked = chunk("[a|b BREAK c|a] AND x :-0.5", PromptSyntax.A1111);
        ChunkedPart part = chunked.parts().get(0);
        assertThat(part.texts()).hasSize(2);
        assertThat(part.texts().get(0)).hasSize(2);
        assertThat(part.texts().get(0).get(1).ids())
                .isEqualTo(tokenizer.encode("").ids());
        assertThat(IntStream.range(0, 6).mapToObj(part::textAt)).containsExactly(0, 0, 1, 0, 0, 1);
        assertThat(chunked.parts().get(1).weight()).isEqualTo(-0.5);
        assertThat(chunked.parts().get(1).texts()).hasSize(1);
    }

    @Test
    void theLongestNameOfAConceptCounts() {
        PromptChunk chunk = onlyChunks(chunk("a (red fox:1.3), red", PromptSyntax.A1111, RED, FOX))
                .get(0);
        assertThat(chunk.placements())
                .containsExactly(
                        new PromptChunk.Placement(2, FOX, 0),
                        new PromptChunk.Placement(3, FOX, 1),
                        new PromptChunk.Placement(4, FOX, 2),
                        new PromptChunk.Placement(6, RED, 0),
                        new PromptChunk.Placement(7, RED, 1));
        assertThat(chunk.multipliers()).startsWith(1, 1, 1.3f, 1.3f, 1.3f, 1, 1, 1, 1);
        assertThat(chunk.ids()[8]).isEqualTo(tokenizer.endToken());
    }

    @Test
    void aNameIsNotFoundAcrossAChangeOfWeight() {
        assertThat(onlyChunks(chunk("(red) fox", PromptSyntax.A1111, FOX))
                        .get(0)
                        .placements())
                .isEmpty();
    }

    @Test
    void aConceptIsNotSplit() {
        List<PromptChunk> chunks = onlyChunks(chunk("x ".repeat(73) + "red fox", PromptSyntax.A1111, FOX));
        assertThat(chunks).hasSize(2);
        assertThat(chunks.get(0).placements()).isEmpty();
        assertThat(chunks.get(1).placements())
                .extracting(PromptChunk.Placement::position)
                .containsExactly(1, 2, 3);
    }

    @Test
    void aConceptMovesWithWhatFollowsAComma() {
        List<PromptChunk> chunks = onlyChunks(chunk("x ".repeat(71) + ", red fox y", PromptSyntax.A1111, FOX));
        assertThat(chunks.get(0).ids())
                .isEqualTo(tokenizer.encode("x ".repeat(71) + ",").ids());
        assertThat(chunks.get(0).placements()).isEmpty();
        assertThat(chunks.get(1).placements())
                .extracting(PromptChunk.Placement::position)
                .containsExactly(1, 2, 3);
    }

    @Test
    void aConceptLargerThanAChunkIsSplit() {
        List<PromptChunk> chunks = onlyChunks(chunk("x elephant y", PromptSyntax.A1111, HUGE));
        assertThat(chunks).hasSize(2);
        assertThat(chunks.get(0).placements()).hasSize(74).endsWith(new PromptChunk.Placement(75, HUGE, 73));
        assertThat(chunks.get(1).placements()).hasSize(6).startsWith(new PromptChunk.Placement(1, HUGE, 74));
    }

    @Test
    void conceptsArePlacedInPlainPromptsToo() {
        ChunkedPrompt chunked = chunk("x ".repeat(72) + "red fox, red fox", PromptSyntax.PLAIN, FOX);
        assertThat(onlyChunks(chunked).get(0).placements()).hasSize(3);
        assertThat(chunked.cutText()).isEqualTo(", red fox");
    }

    @Test
    void aConceptNeedsANameAndVectors() {
        assertThatThrownBy(() -> new PromptChunker(tokenizer, List.of(new Concept(" ", 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the concept \" \" has 0 tokens and 1 vectors, expected at least one of each");
        assertThatThrownBy(() -> new PromptChunker(tokenizer, List.of(new Concept("x", 0))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void weightsThatGrowWithoutBoundAreRefused() {
        assertThatThrownBy(() -> chunk("(".repeat(2000) + "a", PromptSyntax.A1111))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("the brackets around \"a\" give it the weight .*, expected at most 3.4028235E38");
    }

    private ChunkedPrompt chunk(String prompt, PromptSyntax syntax, Concept... concepts) {
        return new PromptChunker(tokenizer, List.of(concepts)).chunk(PromptPlan.of(prompt, PromptSteps.of(5), syntax));
    }

    private static List<PromptChunk> onlyChunks(ChunkedPrompt prompt) {
        assertThat(prompt.parts()).hasSize(1);
        assertThat(prompt.parts().get(0).texts()).hasSize(1);
        return prompt.parts().get(0).texts().get(0);
    }
}
