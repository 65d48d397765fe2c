/**
 * Weight files. {@link io.github.sdfinetune.core.weights.WeightFiles} finds those of a component,
 * {@link io.github.sdfinetune.core.weights.SafetensorsFile} maps one and hands out its tensors as
 * {@link io.github.sdfinetune.core.weights.WeightEntry} after checking all of its header, and
 * {@link io.github.sdfinetune.core.weights.SafetensorsWriter} writes one. {@link io.github.sdfinetune.core.weights.TorchFile} and
 * {@link io.github.sdfinetune.core.weights.TorchWriter} do the same for torch files, of whose pickles nothing is executed. Imports the API, {@code file}, and {@code JsonFile} of
 * {@code config}.
 */
@NullMarked
package io.github.sdfinetune.core.weights;

import org.jspecify.annotations.NullMarked;
