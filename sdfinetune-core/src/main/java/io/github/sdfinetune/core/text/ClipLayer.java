package io.github.sdfinetune.core.text;

import io.github.sdfinetune.core.config.ClipTextConfig;
import io.github.sdfinetune.core.layer.LayerNorm;
import io.github.sdfinetune.core.layer.Linear;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;

/** Causal self-attention and two linear layers, each behind a norm and with a shortcut. */
final class ClipLayer {
    private final LayerNorm norm1;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear out;
    private final LayerNorm norm2;
    private final Linear fc1;
    private final Linear fc2;
    private final int heads;
    private final boolean quickGelu;

    ClipLayer(ClipTextConfig config, Weights weights) {
        long dim = config.hiddenSize();
        Weights attention = weights.at("self_attn");
        norm1 = new LayerNorm(weights.at("layer_norm1"), dim, config.layerNormEps());
        query = Linear.withBias(attention.at("q_proj"), dim, dim);
        key = Linear.withBias(attention.at("k_proj"), dim, dim);
        value = Linear.withBias(attention.at("v_proj"), dim, dim);
        out = Linear.withBias(attention.at("out_proj"), dim, dim);
        norm2 = new LayerNorm(weights.at("layer_norm2"), dim, config.layerNormEps());
        fc1 = Linear.withBias(weights.at("mlp").at("fc1"), dim, config.intermediateSize());
        fc2 = Linear.withBias(weights.at("mlp").at("fc2"), config.intermediateSize(), dim);
        heads = config.numAttentionHeads();
        quickGelu = config.activation() == ClipTextConfig.Activation.QUICK_GELU;
    }

    /** Applies the layer to (batch, textTokens, dim). */
    Tensor forward(Tensor hiddenStates, Patches patches) {
        return Scope.keeping(() -> {
            Tensor normed = norm1.forward(hiddenStates);
            Tensor q = query.forward(normed, patches);
            Tensor k = key.forward(normed, patches);
            Tensor v = value.forward(normed, patches);
            Tensor hidden = hiddenStates.add(out.forward(Kernels.causalAttention(q, k, v, heads), patches));
            Tensor inner = fc1.forward(norm2.forward(hidden), patches); // (batch, textTokens, intermediateSize)
            Tensor activated = quickGelu ? Kernels.quickGelu(inner) : Kernels.gelu(inner);
            return hidden.add(fc2.forward(activated, patches));
        });
    }
}
