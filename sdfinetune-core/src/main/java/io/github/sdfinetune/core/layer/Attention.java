package io.github.sdfinetune.core.layer;

import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;

/** Multi-head attention with its four projections, under diffusers' names ({@code to_q}, {@code to_k}, {@code to_v}, {@code to_out.0}). */
public final class Attention {
    private final Linear toQuery;
    private final Linear toKey;
    private final Linear toValue;
    private final Linear toOut;
    private final int heads;

    private Attention(Linear toQuery, Linear toKey, Linear toValue, Linear toOut, int heads) {
        this.toQuery = toQuery;
        this.toKey = toKey;
        this.toValue = toValue;
        this.toOut = toOut;
        this.heads = heads;
    }

    /**
     * Attention in a transformer of the UNet; the first three projections have no bias.
     *
     * @param contextDim of the tokens that keys and values are made from; {@code dim} for self-attention
     */
    public static Attention inTransformer(Weights weights, long dim, long contextDim, int heads) {
        return new Attention(
                Linear.withoutBias(weights.at("to_q"), dim, dim),
                Linear.withoutBias(weights.at("to_k"), contextDim, dim),
                Linear.withoutBias(weights.at("to_v"), contextDim, dim),
                Linear.withBias(weights.at("to_out").at(0), dim, dim),
                heads);
    }

    /** Attention with one head over the pixels of a feature map, in the VAE; all projections have a bias. */
    public static Attention overPixels(Weights weights, long channels) {
        return new Attention(
                Linear.withBias(weights.at("to_q"), channels, channels),
                Linear.withBias(weights.at("to_k"), channels, channels),
                Linear.withBias(weights.at("to_v"), channels, channels),
                Linear.withBias(weights.at("to_out").at(0), channels, channels),
                1);
    }

    /**
     * Applies the layer.
     *
     * @param hiddenStates (batch, tokens, dim)
     * @param context (batch, textTokens, contextDim), or the hidden states again for self-attention
     * @return (batch, tokens, dim)
     */
    public Tensor forward(Tensor hiddenStates, Tensor context, Patches patches) {
        return Scope.keeping(() -> {
            Tensor q = toQuery.forward(hiddenStates, patches); // (batch, tokens, dim)
            Tensor k = toKey.forward(context, patches); // (batch, textTokens, dim)
            Tensor v = toValue.forward(context, patches); // (batch, textTokens, dim)
            return toOut.forward(Kernels.attention(q, k, v, heads), patches);
        });
    }
}
