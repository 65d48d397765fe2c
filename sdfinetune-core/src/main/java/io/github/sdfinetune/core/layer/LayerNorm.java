package io.github.sdfinetune.core.layer;

import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;

/** Layer normalisation over the last dimension, with scale and shift. */
public final class LayerNorm {
    private final Weight weight; // (dim)
    private final Weight bias; // (dim)
    private final double epsilon;

    public LayerNorm(Weights weights, long dim, double epsilon) {
        this.weight = Weight.of(weights, "weight", dim);
        this.bias = Weight.of(weights, "bias", dim);
        this.epsilon = epsilon;
    }

    /** Normalises (…, dim). */
    public Tensor forward(Tensor x) {
        return Kernels.layerNorm(x, weight.value(), bias.value(), epsilon);
    }
}
