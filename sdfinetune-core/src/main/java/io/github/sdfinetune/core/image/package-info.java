/**
 * Pictures in files and in memory. {@link io.github.sdfinetune.core.image.ImageReader} turns every supported file into the one
 * pixel type, {@link io.github.sdfinetune.core.image.RgbImage}, and {@link io.github.sdfinetune.core.image.PngWriter} writes it
 * with what made it. Imports the API and {@code core.file} only; no tensors.
 */
@NullMarked
package io.github.sdfinetune.core.image;

import org.jspecify.annotations.NullMarked;
