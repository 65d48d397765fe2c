package io.github.sdfinetune.core.unet;

import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Tensor;

/**
 * What all blocks of one evaluation share.
 *
 * @param activatedTime the timestep embedding after SiLU, (batch, timeDim)
 * @param text (batch, textTokens, crossAttentionDim)
 * @param patches the adapters of this call
 * @param numerics of the network
 */
record Step(Tensor activatedTime, Tensor text, Patches patches, Numerics numerics) {}
