package io.github.sdfinetune.core.layer;

import io.github.sdfinetune.core.tensor.Numerics;

/**
 * What adapters see of the model that they change.
 *
 * @param family for messages, such as {@code Stable Diffusion 1.x}
 * @param layers of the UNet and the text encoders
 * @param numerics of the UNet
 */
public record AdaptedModel(String family, Layers layers, Numerics numerics) {}
