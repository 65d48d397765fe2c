package io.github.sdfinetune.core.prompt;

import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import java.util.List;

/**
 * One of the prompts that a prompt is composed of, in chunks. Immutable.
 *
 * @param weight how much it counts among the others
 * @param texts the different texts it has in the course of the steps, all with the same number of chunks
 * @param spans which text holds up to which step, in order
 */
public record ChunkedPart(double weight, List<List<PromptChunk>> texts, List<Span> spans) {

    /**
     * @param lastStep at which the text holds
     * @param text its place in {@link #texts}
     */
    public record Span(int lastStep, int text) {}

    public ChunkedPart {
        texts = List.copyOf(texts);
        spans = List.copyOf(spans);
    }

    /** The place in {@link #texts} of the one that {@linkplain PromptPlan#at holds} at an evaluation of the UNet. */
    public int textAt(int evaluation) {
        return spans.stream()
                .filter(span -> evaluation <= span.lastStep())
                .findFirst()
                .orElse(spans.get(spans.size() - 1))
                .text();
    }

    /** The number of chunks of each text. */
    int chunks() {
        return texts.get(0).size();
    }

    /** Encodes the chunks of all texts and weighs their words: (texts, chunks · 77, dim). */
    Tensor encode(ChunkEncoder encoder, Emphasis emphasis) {
        return Scope.keeping(() -> {
            Tensor[] columns = new Tensor[chunks()];
            for (int i = 0; i < columns.length; i++) {
                int column = i;
                List<PromptChunk> chunks =
                        texts.stream().map(text -> text.get(column)).toList();
                columns[i] = emphasis.apply(encoder.encode(chunks), multipliers(chunks), uses());
            }
            return columns.length == 1 ? columns[0] : Tensor.concat(1, columns);
        });
    }

    private static float[][] multipliers(List<PromptChunk> chunks) {
        return chunks.stream().map(PromptChunk::multipliers).toArray(float[][]::new);
    }

    /** For how many spans each text is used. */
    private int[] uses() {
        int[] uses = new int[texts.size()];
        spans.forEach(span -> uses[span.text()]++);
        return uses;
    }
}
