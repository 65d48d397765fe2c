package io.github.sdfinetune.core.unet;

import io.github.sdfinetune.core.layer.Attention;
import io.github.sdfinetune.core.layer.FeedForward;
import io.github.sdfinetune.core.layer.LayerNorm;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;

/** Self-attention, cross-attention to the text and a feed-forward part, each behind a norm and with a shortcut. */
final class TransformerBlock {
    private static final double NORM_EPSILON = 1e-5;

    private final LayerNorm norm1;
    private final Attention selfAttention;
    private final LayerNorm norm2;
    private final Attention crossAttention;
    private final LayerNorm norm3;
    private final FeedForward feedForward;

    TransformerBlock(Weights weights, long dim, long textDim, int heads) {
        norm1 = new LayerNorm(weights.at("norm1"), dim, NORM_EPSILON);
        selfAttention = Attention.inTransformer(weights.at("attn1"), dim, dim, heads);
        norm2 = new LayerNorm(weights.at("norm2"), dim, NORM_EPSILON);
        crossAttention = Attention.inTransformer(weights.at("attn2"), dim, textDim, heads);
        norm3 = new LayerNorm(weights.at("norm3"), dim, NORM_EPSILON);
        feedForward = new FeedForward(weights.at("ff"), dim);
    }

    /** Applies the block to (batch, tokens, dim). */
    Tensor forward(Tensor hiddenStates, Step step) {
        return Scope.keeping(() -> {
            Tensor normed = norm1.forward(hiddenStates);
            Tensor hidden = hiddenStates.add(selfAttention.forward(normed, normed, step.patches()));
            hidden = hidden.add(crossAttention.forward(norm2.forward(hidden), step.text(), step.patches()));
            return hidden.add(feedForward.forward(norm3.forward(hidden), step.patches()));
        });
    }
}
