package io.github.sdfinetune.core.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.sdfinetune.core.prompt.PromptChunk.Slot;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ChunkedPromptTest {
    private static final ChunkForm FORM = new ChunkForm(1, 2, 0, 5, 2);

    /** Encodes an id as two numbers: the id and its double. */
    private static Tensor encode(List<PromptChunk> chunks) {
        float[] states = new float[chunks.size() * 8];
        for (int row = 0; row < chunks.size(); row++) {
            long[] ids = chunks.get(row).ids();
            for (int i = 0; i < 4; i++) {
                states[row * 8 + 2 * i] = ids[i];
                states[row * 8 + 2 * i + 1] = 2 * ids[i];
            }
        }
        return Tensor.of(states, chunks.size(), 4, 2);
    }

    @Test
    void chunksFollowEachOtherAndShorterPartsRepeatTheirLastVector() {
        ChunkedPart longer = part(List.of(List.of(chunk(1, 7, 8), chunk(1, 9))), new ChunkedPart.Span(3, 0));
        ChunkedPart shorter = part(List.of(List.of(chunk(1, 6, 4))), new ChunkedPart.Span(3, 0));
        try (Scope scope = Scope.open()) {
            List<Tensor> states = new ChunkedPrompt(List.of(longer, shorter), "")
                    .encode(ChunkedPromptTest::encode, Emphasis.ORIGINAL);
            assertThat(states.get(0).shape()).containsExactly(1, 8, 2);
            assertThat(states.get(0).toFloats()).containsExactly(1, 2, 7, 14, 8, 16, 2, 4, 1, 2, 9, 18, 2, 4, 0, 0);
            assertThat(states.get(1).toFloats()).containsExactly(1, 2, 6, 12, 4, 8, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4);
        }
    }

    @Test
    void theMeanIsThatOfAllStepsAtWhichAScheduleChanges() {
        List<List<PromptChunk>> texts = List.of(List.of(chunk(1, 10, 10)), List.of(chunk(3, 20, 20)));
        ChunkedPart part =
                part(texts, new ChunkedPart.Span(1, 0), new ChunkedPart.Span(2, 1), new ChunkedPart.Span(3, 0));
        try (Scope scope = Scope.open()) {
            float[] states = new ChunkedPrompt(List.of(part), "")
                    .encode(ChunkedPromptTest::encode, Emphasis.ORIGINAL)
                    .get(0)
                    .toFloats();
            // Twice (1 + 10 + 10 + 2) and once (1 + 20 + 20 + 2), against twice 23 and once (1 + 60 + 60 + 2).
            assertThat(states[2]).isCloseTo(10f * 89 / 169, within(1e-5f));
            assertThat(states[10]).isCloseTo(60f * 89 / 169, within(1e-5f));
        }
    }

    @Test
    void withoutNormTheMultipliersAreAll() {
        ChunkedPart part = part(List.of(List.of(chunk(-2, 10))), new ChunkedPart.Span(1, 0));
        try (Scope scope = Scope.open()) {
            assertThat(part.encode(ChunkedPromptTest::encode, Emphasis.NO_NORM).toFloats())
                    .containsExactly(1, 2, -20, -40, 2, 4, 0, 0);
        }
    }

    @Test
    void onlyTheResultStaysInMemory() {
        ChunkedPart part = part(List.of(List.of(chunk(2, 7, 8), chunk(3, 9))), new ChunkedPart.Span(3, 0));
        try (Scope scope = Scope.open()) {
            long before = Tensor.open();
            new ChunkedPrompt(List.of(part), "").encode(ChunkedPromptTest::encode, Emphasis.ORIGINAL);
            assertThat(Tensor.open() - before).isEqualTo(1);
        }
    }

    private static ChunkedPart part(List<List<PromptChunk>> texts, ChunkedPart.Span... spans) {
        return new ChunkedPart(1, texts, List.of(spans));
    }

    private static PromptChunk chunk(float multiplier, long... tokens) {
        return new PromptChunk(
                FORM,
                Arrays.stream(tokens)
                        .mapToObj(token -> new Slot(token, multiplier, null, 0))
                        .toList());
    }
}
