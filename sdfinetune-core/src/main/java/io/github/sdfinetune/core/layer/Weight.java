package io.github.sdfinetune.core.layer;

import io.github.sdfinetune.core.tensor.ScalarType;
import io.github.sdfinetune.core.tensor.Tensor;

/**
 * The numbers of a layer.
 *
 * @param stored as they are held
 * @param compute the type in which they are used
 */
record Weight(Tensor stored, ScalarType compute) {

    /** The numbers as an operation needs them: those that are stored, or a converted copy that lives in the open scope. */
    Tensor value() {
        return stored.to(compute);
    }
}
