package io.github.sdfinetune.core.layer;

import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;

/** A convolution of a feature map, with a bias. */
public final class Conv2d {
    private final Weight weight; // (out, in, kernel, kernel)
    private final Weight bias; // (out)
    private final int stride;
    private final int padding;

    private Conv2d(Weights weights, long in, long out, int kernel, int stride, int padding) {
        this.weight = new Weight(
                weights.convolution(out, in, kernel, kernel), weights.numerics().compute());
        this.bias = Weight.of(weights, "bias", out);
        this.stride = stride;
        this.padding = padding;
    }

    /** Kernel of side 3 that keeps the size. */
    public static Conv2d same(Weights weights, long in, long out) {
        return new Conv2d(weights, in, out, 3, 1, 1);
    }

    /** Kernel of side 1. */
    public static Conv2d pointwise(Weights weights, long in, long out) {
        return new Conv2d(weights, in, out, 1, 1, 0);
    }

    /** Kernel of side 3 that halves the size, rounded up with a padding of 1. */
    public static Conv2d halving(Weights weights, long in, long out, int padding) {
        return new Conv2d(weights, in, out, 3, 2, padding);
    }

    /**
     * Applies the layer.
     *
     * @param x (batch, in, height, width)
     * @return (batch, out, …, …)
     */
    public Tensor forward(Tensor x) {
        return Kernels.conv2d(x, weight.value(), bias.value(), stride, padding);
    }
}
