package io.github.sdfinetune.lora;

import io.github.sdfinetune.core.layer.LayerPatch;
import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;

/**
 * What a LoRA does to one layer.
 *
 * @param down (rank, in)
 * @param up (out, rank)
 * @param scale of the change, alpha / rank included
 */
record LoraPatch(Tensor down, Tensor up, double scale) implements LayerPatch {

    /** With factors in the open scope, in the type and on the device of the network. */
    static LoraPatch of(LoraModule module, double scale, Numerics numerics) {
        return new LoraPatch(
                Scope.keeping(() -> numerics.enter(module.down().toTensor())),
                Scope.keeping(() -> numerics.enter(module.up().toTensor())),
                scale * module.scale());
    }

    @Override
    public Tensor apply(Tensor input, Tensor output) {
        return Kernels.lowRank(output, input, down, up, scale);
    }
}
