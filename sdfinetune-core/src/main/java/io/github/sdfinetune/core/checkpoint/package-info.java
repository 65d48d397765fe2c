/**
 * Models in one file, in the layout of the programs that they were trained with (CompVis, LDM, SGM), beside folders in diffusers'
 * layout: a {@code LayerTable} says which layer of one is which of the other, a {@code SingleFileCheckpoint} answers as if it were
 * a folder, a {@code ControlNetFile} finds the ControlNet in a file, {@code ModelConverter} writes either. Imports {@code config},
 * {@code weights}, {@code file} and the API.
 */
@NullMarked
package io.github.sdfinetune.core.checkpoint;

import org.jspecify.annotations.NullMarked;
