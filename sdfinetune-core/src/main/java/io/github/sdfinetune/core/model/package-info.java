/**
 * A whole model: {@link io.github.sdfinetune.core.model.DiffusionModel} loads the networks of a folder together with what
 * belongs to them. Imports config, text, unet, vae, scheduler, layer, weights and tensor.
 */
@NullMarked
package io.github.sdfinetune.core.model;

import org.jspecify.annotations.NullMarked;
