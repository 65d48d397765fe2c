package io.github.sdfinetune.core.layer;

import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;
import org.jspecify.annotations.Nullable;

/** Two convolutions with normalisation around a shortcut; in the UNet the timestep is added between them. */
public final class ResnetBlock {
    private final GroupNorm norm1;
    private final Conv2d conv1;
    private final @Nullable Linear timeProjection;
    private final GroupNorm norm2;
    private final Conv2d conv2;
    private final @Nullable Conv2d shortcut;

    private ResnetBlock(
            Weights weights, long in, long out, int groups, double epsilon, @Nullable Linear timeProjection) {
        this.timeProjection = timeProjection;
        norm1 = new GroupNorm(weights.at("norm1"), in, groups, epsilon);
        conv1 = Conv2d.same(weights.at("conv1"), in, out);
        norm2 = new GroupNorm(weights.at("norm2"), out, groups, epsilon);
        conv2 = Conv2d.same(weights.at("conv2"), out, out);
        shortcut = in == out ? null : Conv2d.pointwise(weights.at("conv_shortcut"), in, out);
    }

    /** A block of the VAE. */
    public static ResnetBlock plain(Weights weights, long in, long out, int groups, double epsilon) {
        return new ResnetBlock(weights, in, out, groups, epsilon, null);
    }

    /** A block of the UNet. */
    public static ResnetBlock timed(Weights weights, long in, long out, long timeDim, int groups, double epsilon) {
        Linear timeProjection = Linear.withBias(weights.at("time_emb_proj"), timeDim, out);
        return new ResnetBlock(weights, in, out, groups, epsilon, timeProjection);
    }

    /** Applies a block of the VAE to (batch, in, height, width). */
    public Tensor forward(Tensor x) {
        return Scope.keeping(() -> finish(x, conv1.forward(norm1.forwardSilu(x))));
    }

    /**
     * Applies a block of the UNet.
     *
     * @param x (batch, in, height, width)
     * @param activatedTime the timestep embedding after SiLU, (batch, timeDim)
     * @return (batch, out, height, width)
     */
    public Tensor forward(Tensor x, Tensor activatedTime, Patches patches) {
        if (timeProjection == null) {
            throw new IllegalStateException("this block has no timestep");
        }
        return Scope.keeping(() -> {
            Tensor hidden = conv1.forward(norm1.forwardSilu(x)); // (batch, out, height, width)
            Tensor time = timeProjection.forward(activatedTime, patches); // (batch, out)
            return finish(x, hidden.add(time.reshape(time.size(0), time.size(1), 1, 1)));
        });
    }

    private Tensor finish(Tensor x, Tensor hidden) {
        Tensor residual = shortcut == null ? x : shortcut.forward(x);
        return residual.add(conv2.forward(norm2.forwardSilu(hidden)));
    }
}
