package io.github.sdfinetune.core.layer;

import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;

/** Group normalisation with scale and shift, optionally followed by SiLU. */
public final class GroupNorm {
    private final Weight weight; // (channels)
    private final Weight bias; // (channels)
    private final int groups;
    private final double epsilon;

    public GroupNorm(Weights weights, long channels, int groups, double epsilon) {
        this.weight = Weight.of(weights, "weight", channels);
        this.bias = Weight.of(weights, "bias", channels);
        this.groups = groups;
        this.epsilon = epsilon;
    }

    /** Normalises (batch, channels, …). */
    public Tensor forward(Tensor x) {
        return Kernels.groupNorm(x, groups, weight.value(), bias.value(), epsilon);
    }

    /** Normalises (batch, channels, …) and applies SiLU. */
    public Tensor forwardSilu(Tensor x) {
        return Kernels.groupNormSilu(x, groups, weight.value(), bias.value(), epsilon);
    }
}
