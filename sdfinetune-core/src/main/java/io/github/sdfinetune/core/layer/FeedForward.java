package io.github.sdfinetune.core.layer;

import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;

/** The feed-forward part of a transformer with a GEGLU gate (arXiv:2002.05202), four times as wide inside. */
public final class FeedForward {
    private final Linear projection;
    private final Linear output;
    private final long inner;

    public FeedForward(Weights weights, long dim) {
        inner = 4 * dim;
        projection = Linear.withBias(weights.at("net").at(0).at("proj"), dim, 2 * inner);
        output = Linear.withBias(weights.at("net").at(2), inner, dim);
    }

    /** Applies the layer to (batch, tokens, dim). */
    public Tensor forward(Tensor hiddenStates, Patches patches) {
        return Scope.keeping(() -> {
            Tensor both = projection.forward(hiddenStates, patches); // (batch, tokens, 2·inner)
            Tensor gated = Kernels.geluGate(both.narrow(2, 0, inner), both.narrow(2, inner, inner));
            return output.forward(gated, patches);
        });
    }
}
