package io.github.sdfinetune.lora;

import io.github.sdfinetune.core.weights.TensorSource;
import java.util.List;

/** The factors of a module as tensors of a file, in float32. */
final class Tensors {
    private Tensors() {}

    static TensorSource down(LoraModule module) {
        return of(module.down(), module.pointwise());
    }

    static TensorSource up(LoraModule module) {
        return of(module.up(), module.pointwise());
    }

    private static TensorSource of(Matrix factor, boolean pointwise) {
        long rows = factor.rows();
        long columns = factor.columns();
        return TensorSource.of(pointwise ? List.of(rows, columns, 1L, 1L) : List.of(rows, columns), factor.values());
    }
}
