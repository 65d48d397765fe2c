package io.github.sdfinetune.core.layer;

import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;
import org.jspecify.annotations.Nullable;

/** {@code x · weightᵀ + bias}, which adapters can change. */
public final class Linear {
    private final String name;
    private final Weight weight; // (out, in), or (out, in, 1, 1)
    private final @Nullable Weight bias; // (out)

    private Linear(Weights weights, Tensor weight, @Nullable Weight bias) {
        this.name = weights.name();
        this.weight = new Weight(weight, weights.numerics().compute());
        this.bias = bias;
    }

    /** A layer with a bias. */
    public static Linear withBias(Weights weights, long in, long out) {
        return new Linear(weights, weights.linear(out, in), Weight.of(weights, "bias", out));
    }

    /** A layer without a bias. */
    public static Linear withoutBias(Weights weights, long in, long out) {
        return new Linear(weights, weights.linear(out, in), null);
    }

    /** A convolution of kernel side 1, with a bias, that is computed on tokens. */
    public static Linear pointwise(Weights weights, long in, long out) {
        return new Linear(weights, weights.linear(out, in, 1, 1), Weight.of(weights, "bias", out));
    }

    /**
     * Applies the layer.
     *
     * @param x (…, in)
     * @return (…, out)
     */
    public Tensor forward(Tensor x, Patches patches) {
        Tensor matrix = matrix();
        Tensor y = bias == null ? Kernels.linear(x, matrix) : Kernels.linear(x, matrix, bias.value());
        return patches.apply(name, x, y);
    }

    private Tensor matrix() {
        Tensor value = weight.value();
        return value.rank() == 2 ? value : value.reshape(value.size(0), value.size(1));
    }
}
