package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.core.layer.LearnedWord;
import io.github.sdfinetune.core.model.TextEncoder;
import io.github.sdfinetune.core.prompt.PromptChunk;
import io.github.sdfinetune.core.prompt.PromptChunk.Placement;
import io.github.sdfinetune.core.prompt.TextConcept;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.text.TextInput;
import io.github.sdfinetune.error.ModelFormatException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The learned words of a call with their vectors for one text encoder. */
final class EncoderWords {
    private final Map<String, Tensor> vectors = new LinkedHashMap<>();

    private record Concept(String name, int vectors) implements TextConcept {}

    /**
     * @param words of two that are written alike the later counts
     * @throws ModelFormatException if a word has no vectors for this encoder, or some of another width
     */
    EncoderWords(List<LearnedWord> words, TextEncoder encoder) {
        words.forEach(word -> vectors.put(word.word(), fitting(word, encoder)));
    }

    private static Tensor fitting(LearnedWord word, TextEncoder encoder) {
        int dim = encoder.network().dim();
        Tensor vectors = word.byEncoder().get(encoder.name());
        if (vectors == null) {
            throw new ModelFormatException(
                    word.file(),
                    "\"" + word.word() + "\" has vectors for "
                            + String.join(", ", word.byEncoder().keySet())
                            + ", but none for " + encoder.name() + " of this model, which takes " + dim + " numbers");
        }
        if (vectors.size(1) != dim) {
            throw new ModelFormatException(
                    word.file(),
                    "\"" + word.word() + "\" has vectors of " + vectors.size(1) + " numbers, but " + encoder.name()
                            + " of this model takes " + dim);
        }
        return vectors;
    }

    /** The words for a prompt to be searched for. */
    List<TextConcept> concepts() {
        List<TextConcept> concepts = new ArrayList<>();
        vectors.forEach((word, all) -> concepts.add(new Concept(word, (int) all.size(0))));
        return concepts;
    }

    /** Chunks of equal length as the text encoder reads them. */
    TextInput input(List<PromptChunk> chunks) {
        int tokens = chunks.get(0).ids().length;
        long[] ids = new long[chunks.size() * tokens];
        List<TextInput.Placed> placed = new ArrayList<>();
        for (int i = 0; i < chunks.size(); i++) {
            System.arraycopy(chunks.get(i).ids(), 0, ids, i * tokens, tokens);
            for (Placement placement : chunks.get(i).placements()) {
                placed.add(new TextInput.Placed(i, placement.position(), vector(placement)));
            }
        }
        return new TextInput(Tensor.of(ids, chunks.size(), tokens), placed);
    }

    private Tensor vector(Placement placement) {
        Tensor all = vectors.get(placement.concept().name());
        if (all == null) {
            throw new IllegalArgumentException(
                    "no such word: " + placement.concept().name());
        }
        return all.narrow(0, placement.vector(), 1);
    }
}
