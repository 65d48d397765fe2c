package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.core.prompt.ChunkedPart;
import io.github.sdfinetune.core.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * A prompt as the text encoders see it, for every step.
 *
 * @param parts that are joined by {@code AND}; at least one
 */
record PromptStates(List<Part> parts) {

    /**
     * What one text encoder makes of the texts that a part has in the course of the steps.
     *
     * @param texts which of them holds at which step
     * @param states (texts, textTokens, dim), float32
     */
    record Encoding(ChunkedPart texts, Tensor states) {}

    /**
     * One of the prompts that a prompt is composed of.
     *
     * @param weight how much it counts among the others
     * @param encodings of each text encoder, with equally many textTokens
     * @param pooled of the last text encoder, (texts, projectionDim), float32; absent for SD 1.x and 2.x
     */
    record Part(double weight, List<Encoding> encodings, Optional<Tensor> pooled) {
        private Weighted at(int evaluation) {
            Tensor[] states = encodings.stream()
                    .map(encoding -> row(encoding.states(), encoding.texts().textAt(evaluation)))
                    .toArray(Tensor[]::new);
            ChunkedPart last = encodings.get(encodings.size() - 1).texts();
            return new Weighted(
                    weight,
                    states.length == 1 ? states[0] : Tensor.concat(2, states),
                    pooled.map(all -> row(all, last.textAt(evaluation))));
        }

        private static Tensor row(Tensor rows, int index) {
            return rows.narrow(0, index, 1);
        }
    }

    /**
     * What the UNet is given for one part at one step.
     *
     * @param states (1, textTokens, crossAttentionDim)
     * @param pooled (1, projectionDim)
     */
    record Weighted(double weight, Tensor states, Optional<Tensor> pooled) {}

    /** Zeros in the place of all states of one text, what SDXL was trained to take for an absent prompt. */
    PromptStates zeros() {
        Part part = parts.get(0);
        return new PromptStates(List.of(new Part(
                1,
                part.encodings().stream().map(PromptStates::zeros).toList(),
                part.pooled().map(Tensor::zerosLike))));
    }

    private static Encoding zeros(Encoding encoding) {
        return new Encoding(encoding.texts(), Tensor.zerosLike(encoding.states()));
    }

    /** What counts at an evaluation of the UNet, counted from 0. */
    List<Weighted> at(int evaluation) {
        return parts.stream().map(part -> part.at(evaluation)).toList();
    }
}
