/**
 * Datasets to train on. {@link io.github.sdfinetune.core.data.FolderDataset} reads and checks a whole folder before work starts
 * and then gives one picture at a time, cropped and normalised. Imports the API and {@code core.image} only; no tensors.
 */
@NullMarked
package io.github.sdfinetune.core.data;

import org.jspecify.annotations.NullMarked;
