package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.core.tensor.Tensor;

/** Where the weights of a network come from: files, a random generator, parameters that are trained. */
@FunctionalInterface
public interface WeightSource {

    /**
     * The weights of one name.
     *
     * @param name full, such as {@code down_blocks.0.resnets.0.conv1.weight}
     * @param shape that the network expects
     * @return a tensor of that shape that lives as long as the network
     */
    Tensor get(String name, long... shape);
}
