/**
 * The layers that text encoders, UNets and VAEs are made of: small classes over immutable weights, each built from the part of a
 * {@link io.github.sdfinetune.core.weights.Weights} that holds its keys. A layer that adapters can change asks the {@link
 * io.github.sdfinetune.core.layer.Patches} of the call at hand. Imports weights and tensor.
 */
@NullMarked
package io.github.sdfinetune.core.layer;

import org.jspecify.annotations.NullMarked;
