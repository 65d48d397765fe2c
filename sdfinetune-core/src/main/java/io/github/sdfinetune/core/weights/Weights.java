package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Tensor;

/**
 * A view of weights with a path: each layer asks for its own names, and what is missing is known by its full name. The tree of
 * layers is thereby the tree of keys in the file.
 *
 * @param source where they come from
 * @param numerics how the network computes with them
 * @param component the network's folder, such as {@code unet}
 * @param path of the layer, empty at the root, else ending in a dot
 */
public record Weights(WeightSource source, Numerics numerics, String component, String path) {

    /** All weights of a network. */
    public static Weights of(WeightSource source, Numerics numerics, String component) {
        return new Weights(source, numerics, component, "");
    }

    /** The weights of a part. */
    public Weights at(String name) {
        return new Weights(source, numerics, component, path + name + ".");
    }

    /** The weights of a numbered part. */
    public Weights at(int index) {
        return at(Integer.toString(index));
    }

    /** The weights of this layer with a name such as {@code "weight"}. */
    public Tensor get(String name, long... shape) {
        return source.get(path + name, shape);
    }

    /** The weight of a linear layer, which adapters can change. */
    public Tensor linear(long... shape) {
        source.linear(name(), shape);
        return get("weight", shape);
    }

    /** The weight of a convolution. */
    public Tensor convolution(long... shape) {
        source.convolution(name(), shape);
        return get("weight", shape);
    }

    /** Component and path of the layer, such as {@code unet.mid_block.attentions.0.proj_in}. */
    public String name() {
        return component + "." + path.substring(0, Math.max(0, path.length() - 1));
    }
}
