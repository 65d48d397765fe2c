package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.model.TextEncoder;
import io.github.sdfinetune.core.prompt.ChunkedPart;
import io.github.sdfinetune.core.prompt.ChunkedPrompt;
import io.github.sdfinetune.core.prompt.Emphasis;
import io.github.sdfinetune.core.prompt.PromptChunk;
import io.github.sdfinetune.core.prompt.PromptChunker;
import io.github.sdfinetune.core.prompt.PromptPlan;
import io.github.sdfinetune.core.prompt.PromptSteps;
import io.github.sdfinetune.core.tensor.ScalarType;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.text.ClipTextModel;
import io.github.sdfinetune.core.text.TextInput;
import io.github.sdfinetune.error.ModelFormatException;
import io.github.sdfinetune.event.ProgressEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns prompts into text states. What is cut or ignored is a warning. */
public final class TextConditioner {
    private final List<TextEncoder> encoders;
    private final List<EncoderWords> words; // of each encoder
    private final boolean pooled;
    private final Patches patches;
    private final ProgressListener listener;

    /**
     * @param encoders of the model
     * @param pooled whether the model wants one state for the whole text beside those of the tokens, as SDXL does; that one also
     *     takes the tokens' states from before the last layer
     * @param patches the adapters of this call
     * @throws ModelFormatException if a word of theirs does not fit the text encoders
     */
    public TextConditioner(List<TextEncoder> encoders, boolean pooled, Patches patches, ProgressListener listener) {
        this.encoders = encoders;
        words = encoders.stream()
                .map(encoder -> new EncoderWords(patches.words(), encoder))
                .toList();
        this.pooled = pooled;
        this.patches = patches;
        this.listener = listener;
    }

    /**
     * Encodes a text as words and nothing else, cut to what the text encoder reads at once.
     *
     * @return (1, textTokens, dim), float32
     */
    public Tensor encodePlain(String text) {
        PromptPlan plan = PromptPlan.of(text, PromptSteps.of(1), PromptSyntax.PLAIN);
        return Scope.keeping(() -> encode(List.of(plan), 0).at(1).get(0).states());
    }

    /**
     * Encodes a prompt.
     *
     * @param plans one for all text encoders, or one for each
     * @param clipSkip how many of the text encoders' last layers are left out
     */
    PromptStates encode(List<PromptPlan> plans, int clipSkip) {
        List<ChunkedPrompt> chunked = new ArrayList<>();
        List<List<Tensor>> states = new ArrayList<>();
        for (int i = 0; i < encoders.size(); i++) {
            TextEncoder encoder = encoders.get(i);
            PromptPlan plan = plans.get(Math.min(i, plans.size() - 1));
            EncoderWords known = words.get(i);
            ChunkedPrompt prompt = new PromptChunker(encoder.tokenizer(), known.concepts()).chunk(plan);
            if (i < plans.size()) {
                warn(plan, prompt, encoder);
            }
            chunked.add(prompt);
            states.add(prompt.encode(
                    chunks -> tokenStates(encoder.network(), known.input(chunks), clipSkip), Emphasis.ORIGINAL));
        }
        return new PromptStates(parts(chunked, states));
    }

    private void warn(PromptPlan plan, ChunkedPrompt prompt, TextEncoder encoder) {
        plan.ignored().forEach(sentence -> listener.on(new ProgressEvent.Warning(sentence)));
        if (!prompt.cutText().isEmpty()) {
            listener.on(new ProgressEvent.Warning(
                    "the prompt is longer than " + encoder.tokenizer().maxLength()
                            + " tokens; this part of it was cut off: \"" + prompt.cutText() + "\""));
        }
    }

    private List<PromptStates.Part> parts(List<ChunkedPrompt> chunked, List<List<Tensor>> states) {
        int count = chunked.get(0).parts().size();
        for (ChunkedPrompt other : chunked) {
            if (other.parts().size() != count) {
                throw new IllegalArgumentException(
                        "the prompt has " + count + " parts joined by AND, the second prompt "
                                + other.parts().size() + "; expected equally many");
            }
        }
        List<PromptStates.Part> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<PromptStates.Encoding> encodings = new ArrayList<>();
            for (int encoder = 0; encoder < chunked.size(); encoder++) {
                encodings.add(new PromptStates.Encoding(
                        chunked.get(encoder).parts().get(i), states.get(encoder).get(i)));
            }
            ChunkedPart last = chunked.get(chunked.size() - 1).parts().get(i);
            parts.add(new PromptStates.Part(
                    chunked.get(0).parts().get(i).weight(),
                    sameLength(encodings),
                    pooled ? Optional.of(pool(last)) : Optional.empty()));
        }
        return parts;
    }

    /** Where two text encoders read texts of different length, the shorter states end with their last chunk repeated. */
    private static List<PromptStates.Encoding> sameLength(List<PromptStates.Encoding> encodings) {
        long longest = encodings.stream()
                .mapToLong(encoding -> encoding.states().size(1))
                .max()
                .orElseThrow();
        return encodings.stream()
                .map(encoding -> new PromptStates.Encoding(encoding.texts(), extended(encoding, longest)))
                .toList();
    }

    private static Tensor extended(PromptStates.Encoding encoding, long length) {
        Tensor states = encoding.states();
        int chunks = encoding.texts().texts().get(0).size();
        long chunk = states.size(1) / chunks;
        while (states.size(1) < length) {
            states = Tensor.concat(1, states, states.narrow(1, states.size(1) - chunk, chunk));
        }
        return states;
    }

    private Tensor tokenStates(ClipTextModel network, TextInput input, int clipSkip) {
        return pooled
                ? Scope.keeping(
                        () -> network.hiddenStates(input, clipSkip + 1, patches).as(ScalarType.FLOAT32))
                : network.encode(input, clipSkip, patches);
    }

    /** The state of the first chunk of each text, as the last text encoder projects it. */
    private Tensor pool(ChunkedPart part) {
        int last = encoders.size() - 1;
        ClipTextModel network = encoders.get(last).network();
        List<PromptChunk> firsts =
                part.texts().stream().map(chunks -> chunks.get(0)).toList();
        return Scope.keeping(() -> {
            TextInput input = words.get(last).input(firsts);
            return network.project(network.pooled(input.ids(), network.encode(input, 0, patches)), patches);
        });
    }
}
