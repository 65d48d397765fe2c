package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.core.tensor.Tensor;

/** Where the weights of a network come from: files, a random generator, parameters that are trained. */
public interface WeightSource {

    /**
     * The weights of one name.
     *
     * @param name full, such as {@code down_blocks.0.resnets.0.conv1.weight}
     * @param shape that the network expects
     * @return a tensor of that shape that lives as long as the network
     */
    Tensor get(String name, long... shape);

    /**
     * Hears of each linear layer that the network is built from: the layers that adapters can change.
     *
     * @param layer component and path, such as {@code unet.mid_block.attentions.0.proj_in}
     * @param weightShape (out, in), or (out, in, 1, 1) for a convolution that is computed on tokens
     */
    default void linear(String layer, long... weightShape) {}

    /**
     * Hears of each convolution of feature maps, which adapters can't change yet.
     *
     * @param layer component and path, such as {@code unet.conv_in}
     * @param weightShape (out, in, kernel, kernel)
     */
    default void convolution(String layer, long... weightShape) {}
}
