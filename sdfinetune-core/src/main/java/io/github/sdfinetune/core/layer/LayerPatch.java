package io.github.sdfinetune.core.layer;

import io.github.sdfinetune.core.tensor.Tensor;

/** An adapter's change to one layer during one call. */
@FunctionalInterface
public interface LayerPatch {

    /**
     * The layer's output with the change.
     *
     * @param input of the layer, (…, in)
     * @param output of the layer without the change, (…, out)
     * @return (…, out)
     */
    Tensor apply(Tensor input, Tensor output);
}
