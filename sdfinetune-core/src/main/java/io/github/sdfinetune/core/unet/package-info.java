/**
 * UNet2DConditionModel: the network that predicts noise. {@link io.github.sdfinetune.core.unet.UNet} is built from its
 * configuration and weights and reads like the architecture diagram: down blocks, a middle block, up blocks that take the down
 * blocks' results in reverse order. Imports config, layer, weights and tensor.
 */
@NullMarked
package io.github.sdfinetune.core.unet;

import org.jspecify.annotations.NullMarked;
