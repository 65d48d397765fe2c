package io.github.sdfinetune.core.tensor;

import java.util.List;

/** The operations of neural networks, fused where libtorch has a fused form. The text of the kernels is {@code kernels.py}. */
public final class Kernels {
    private Kernels() {}

    /**
     * @param x (…, in)
     * @param weight (out, in)
     * @return (…, out)
     */
    public static Tensor linear(Tensor x, Tensor weight) {
        return Tensor.call("linear", x, weight);
    }

    /** As {@link #linear(Tensor, Tensor)}, plus a bias (out). */
    public static Tensor linear(Tensor x, Tensor weight, Tensor bias) {
        return Tensor.call("linear_bias", x, weight, bias);
    }

    /**
     * A low-rank change of a linear layer (arXiv:2106.09685): {@code output + scale * up(down(x))}. Factors of another type are
     * converted to that of x.
     *
     * @param output (…, out)
     * @param x (…, in)
     * @param down (rank, in)
     * @param up (out, rank)
     * @return (…, out)
     */
    public static Tensor lowRank(Tensor output, Tensor x, Tensor down, Tensor up, double scale) {
        return Tensor.call("low_rank", output, x, down, up, scale);
    }

    /**
     * A convolution; the result has the memory layout (plain or channels last) of its arguments.
     *
     * @param x (batch, in, height, width)
     * @param weight (out, in, kernel, kernel)
     * @param bias (out)
     */
    public static Tensor conv2d(Tensor x, Tensor weight, Tensor bias, int stride, int padding) {
        return Tensor.call("conv2d", x, weight, bias, stride, padding);
    }

    /** A zero column at the right and a zero row at the bottom, as the VAE's encoder wants before it halves the size. */
    public static Tensor padRightAndBottom(Tensor x) {
        return Tensor.call("pad_right_and_bottom", x);
    }

    /** Nearest-neighbour enlargement of (batch, channels, …, …) to (batch, channels, height, width). */
    public static Tensor upsampleNearest(Tensor x, long height, long width) {
        return Tensor.call("upsample_nearest", x, height, width);
    }

    /** As {@link #upsampleNearest}, but by the centres of the elements. */
    public static Tensor upsampleNearestExact(Tensor x, long height, long width) {
        return Tensor.call("upsample_nearest_exact", x, height, width);
    }

    /**
     * Bilinear enlargement of (batch, channels, …, …) to (batch, channels, height, width), the corners not aligned.
     *
     * @param antialias whether the filter widens with a reduction
     */
    public static Tensor upsampleBilinear(Tensor x, long height, long width, boolean antialias) {
        return Tensor.call(antialias ? "upsample_bilinear_antialiased" : "upsample_bilinear", x, height, width);
    }

    /** Bicubic enlargement, otherwise as {@link #upsampleBilinear}; a is -0.75, with antialiasing -0.5. */
    public static Tensor upsampleBicubic(Tensor x, long height, long width, boolean antialias) {
        return Tensor.call(antialias ? "upsample_bicubic_antialiased" : "upsample_bicubic", x, height, width);
    }

    /** The mean over each map of (batch, channels, height, width), as (batch, channels, 1, 1). */
    public static Tensor spatialMean(Tensor x) {
        return Tensor.call("spatial_mean", x);
    }

    /** Group normalisation (arXiv:1803.08494) of (batch, channels, …). */
    public static Tensor groupNorm(Tensor x, int groups, Tensor weight, Tensor bias, double epsilon) {
        return Tensor.call("group_norm", x, groups, weight, bias, epsilon);
    }

    /** {@link #groupNorm} followed by {@link #silu}. */
    public static Tensor groupNormSilu(Tensor x, int groups, Tensor weight, Tensor bias, double epsilon) {
        return Tensor.call("group_norm_silu", x, groups, weight, bias, epsilon);
    }

    /** Layer normalisation over the last dimension. */
    public static Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon) {
        return Tensor.call("layer_norm", x, weight, bias, epsilon);
    }

    /** {@code x * sigmoid(x)} */
    public static Tensor silu(Tensor x) {
        return Tensor.call("silu", x);
    }

    /** The exact form with the error function. */
    public static Tensor gelu(Tensor x) {
        return Tensor.call("gelu", x);
    }

    /** OpenAI's approximation {@code x * sigmoid(1.702 x)}. */
    public static Tensor quickGelu(Tensor x) {
        return Tensor.call("quick_gelu", x);
    }

    /** {@code x * gelu(gate)}, the gate of GEGLU (arXiv:2002.05202). */
    public static Tensor geluGate(Tensor x, Tensor gate) {
        return Tensor.call("gelu_gate", x, gate);
    }

    /**
     * Multi-head attention on projected queries, keys and values.
     *
     * @param q (batch, tokens, heads·headDim)
     * @param k (batch, textTokens, heads·headDim)
     * @param v as k
     * @return as q
     */
    public static Tensor attention(Tensor q, Tensor k, Tensor v, int heads) {
        return Tensor.call("attention", q, k, v, heads);
    }

    /** As {@link #attention}, where a token sees only itself and those before it. */
    public static Tensor causalAttention(Tensor q, Tensor k, Tensor v, int heads) {
        return Tensor.call("causal_attention", q, k, v, heads);
    }

    /**
     * @param table (words, dim)
     * @param ids whole numbers of any shape
     * @return (…, dim)
     */
    public static Tensor embedding(Tensor table, Tensor ids) {
        return Tensor.call("embedding", table, ids);
    }

    /**
     * Sinusoids of positions, as diffusers embeds timesteps: frequencies fall from 1 to 1/10000 (arXiv:1706.03762).
     *
     * @param positions (batch), float32
     * @param dim even
     * @param cosineFirst whether the cosines stand before the sines
     * @param shift subtracted from the number of frequencies in the exponent
     * @return (batch, dim), float32
     */
    public static Tensor sinusoids(Tensor positions, int dim, boolean cosineFirst, double shift) {
        return Tensor.call("sinusoids", positions, dim, cosineFirst, shift);
    }

    /** The mean of the squared differences. */
    public static Tensor meanSquaredError(Tensor x, Tensor target) {
        return Tensor.call("mean_squared_error", x, target);
    }

    /** The L2 norm over all numbers of all tensors. */
    public static double norm(List<Tensor> tensors) {
        try (Scope scope = Scope.open()) {
            return Tensor.call("norm", tensors).toDouble();
        }
    }

    /** Multiplies tensors in place. */
    public static void scaleInPlace(List<Tensor> tensors, double factor) {
        Tensor.run("scale_all", tensors, factor);
    }

    /**
     * One step of AdamW (arXiv:1711.05101) on all parameters at once, in place.
     *
     * @param parameters changed
     * @param means first moments, changed
     * @param squares second moments, changed
     * @param steps the number of steps done as a float32 tensor of one number for each parameter, changed
     */
    public static void adamW(
            List<Tensor> parameters,
            List<Tensor> gradients,
            List<Tensor> means,
            List<Tensor> squares,
            List<Tensor> steps,
            AdamWSettings settings) {
        Tensor.run(
                "adamw",
                parameters,
                gradients,
                means,
                squares,
                steps,
                settings.learningRate(),
                settings.beta1(),
                settings.beta2(),
                settings.weightDecay(),
                settings.epsilon());
    }

    /** The numbers of one AdamW step. */
    public record AdamWSettings(double learningRate, double beta1, double beta2, double weightDecay, double epsilon) {}
}
