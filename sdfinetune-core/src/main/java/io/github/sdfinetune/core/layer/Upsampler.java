package io.github.sdfinetune.core.layer;

import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;

/** Nearest-neighbour enlargement followed by a convolution. */
public final class Upsampler {
    private final Conv2d conv;

    public Upsampler(Weights weights, long channels) {
        conv = Conv2d.same(weights.at("upsamplers").at(0).at("conv"), channels, channels);
    }

    /** Doubles height and width of (batch, channels, height, width). */
    public Tensor forward(Tensor x) {
        return forward(x, 2 * x.size(2), 2 * x.size(3));
    }

    /** Enlarges (batch, channels, …, …) to the given size. */
    public Tensor forward(Tensor x, long height, long width) {
        return Scope.keeping(() -> conv.forward(Kernels.upsampleNearest(x, height, width)));
    }
}
