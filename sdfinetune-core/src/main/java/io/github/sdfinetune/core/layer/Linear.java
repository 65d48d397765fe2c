package io.github.sdfinetune.core.layer;

import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;
import org.jspecify.annotations.Nullable;

/** {@code x · weightᵀ + bias}, which adapters can change. */
public final class Linear {
    private final String name;
    private final Weight weight; // (out, in)
    private final @Nullable Weight bias; // (out)

    private Linear(String name, Weight weight, @Nullable Weight bias) {
        this.name = name;
        this.weight = weight;
        this.bias = bias;
    }

    /** A layer with a bias. */
    public static Linear withBias(Weights weights, long in, long out) {
        return of(weights, weights.linear(out, in), Weight.of(weights, "bias", out));
    }

    /** A layer without a bias. */
    public static Linear withoutBias(Weights weights, long in, long out) {
        return of(weights, weights.linear(out, in), null);
    }

    /** A convolution of kernel side 1, with a bias, that is computed on tokens. */
    public static Linear pointwise(Weights weights, long in, long out) {
        Tensor flat = weights.linear(out, in, 1, 1).reshape(out, in);
        return of(weights, flat, Weight.of(weights, "bias", out));
    }

    private static Linear of(Weights weights, Tensor weight, @Nullable Weight bias) {
        return new Linear(weights.name(), new Weight(weight, weights.numerics().compute()), bias);
    }

    /**
     * Applies the layer.
     *
     * @param x (…, in)
     * @return (…, out)
     */
    public Tensor forward(Tensor x, Patches patches) {
        Tensor y = bias == null ? Kernels.linear(x, weight.value()) : Kernels.linear(x, weight.value(), bias.value());
        return patches.apply(name, x, y);
    }
}
