package io.github.sdfinetune.core.prompt;

import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.core.text.ClipTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns the texts of a plan into chunks for one text encoder. Immutable; usable until its tokenizer is closed. */
public final class PromptChunker {
    private static final int COMMA_BACKTRACK = 20;

    private final ClipTokenizer tokenizer;
    private final ConceptIndex concepts;
    private final ChunkForm form;

    /**
     * @param concepts words that stand for vectors of their own
     * @throws IllegalArgumentException if a concept has no vector, or a name without tokens
     */
    public PromptChunker(ClipTokenizer tokenizer, List<? extends TextConcept> concepts) {
        this.tokenizer = tokenizer;
        this.concepts = new ConceptIndex(concepts, tokenizer::tokens);
        form = ChunkForm.of(tokenizer);
    }

    /**
     * The chunks of all texts of a plan.
     *
     * @throws IllegalArgumentException if the weight of a word is too large or no number
     * @throws IllegalStateException if the tokenizer is closed
     */
    public ChunkedPrompt chunk(PromptPlan plan) {
        if (plan.syntax() == PromptSyntax.PLAIN) {
            return cut(plan.parts().get(0).spans().get(0));
        }
        return new ChunkedPrompt(plan.parts().stream().map(this::chunked).toList(), "");
    }

    private ChunkedPart chunked(PromptPlan.Part part) {
        Map<String, Integer> rows = new LinkedHashMap<>();
        List<ChunkedPart.Span> spans = new ArrayList<>();
        for (PromptPlan.Span span : part.spans()) {
            Integer row = rows.computeIfAbsent(span.text(), text -> rows.size());
            spans.add(new ChunkedPart.Span(span.lastStep(), row));
        }
        List<List<PromptChunk>> texts = rows.keySet().stream().map(this::chunks).toList();
        return new ChunkedPart(part.weight(), sameLength(texts), spans);
    }

    /** Texts that are encoded together have the same number of chunks; the shorter get empty ones. */
    private List<List<PromptChunk>> sameLength(List<List<PromptChunk>> texts) {
        int longest = texts.stream().mapToInt(List::size).max().orElseThrow();
        PromptChunk empty = new PromptChunk(form, List.of());
        return texts.stream()
                .map(chunks -> {
                    List<PromptChunk> padded = new ArrayList<>(chunks);
                    padded.addAll(Collections.nCopies(longest - chunks.size(), empty));
                    return List.copyOf(padded);
                })
                .toList();
    }

    private List<PromptChunk> chunks(String text) {
        ChunkBuilder builder = new ChunkBuilder(form, COMMA_BACKTRACK);
        for (WeightedText part : Attention.parse(text)) {
            if (Attention.isBreak(part)) {
                builder.endChunk();
            } else {
                concepts.words(tokenizer.tokens(part.text())).forEach(word -> builder.add(word, multiplier(part)));
            }
        }
        return builder.build();
    }

    private static float multiplier(WeightedText part) {
        float multiplier = (float) part.weight();
        if (!Float.isFinite(multiplier)) {
            throw new IllegalArgumentException("the brackets around \"" + part.text() + "\" give it the weight "
                    + part.weight() + ", expected at most " + Float.MAX_VALUE);
        }
        return multiplier;
    }

    /** One chunk of what fits. */
    private ChunkedPrompt cut(PromptPlan.Span span) {
        ChunkBuilder builder = new ChunkBuilder(form, 0);
        long[] tokens = tokenizer.tokens(span.text());
        int used = 0;
        String cutText = "";
        for (PromptWord word : concepts.words(tokens)) {
            used += word.slots();
            if (used > form.length()) {
                cutText = tokenizer.decode(Arrays.copyOfRange(tokens, word.start(), tokens.length));
                break;
            }
            builder.add(word, 1);
        }
        List<ChunkedPart.Span> spans = List.of(new ChunkedPart.Span(span.lastStep(), 0));
        return new ChunkedPrompt(List.of(new ChunkedPart(1, List.of(builder.build()), spans)), cutText);
    }
}
