/**
 * Weight files. {@link io.github.sdfinetune.core.weights.SafetensorsFile} maps one file and hands out its tensors as
 * {@link io.github.sdfinetune.core.weights.WeightEntry}, after checking all of its header; {@code SafetensorsWriter} writes one.
 * Imports the API, {@code file}, and {@code JsonFile} of {@code config}; knows nothing of layers and names no key.
 */
@NullMarked
package io.github.sdfinetune.core.weights;

import org.jspecify.annotations.NullMarked;
