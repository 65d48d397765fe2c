/**
 * Pictures in files and in memory. {@link io.github.sdfinetune.core.image.ImageReader} turns every supported file into the one
 * pixel type, {@link io.github.sdfinetune.core.image.RgbImage}, and {@link io.github.sdfinetune.core.image.PngWriter} writes it
 * with what made it; {@link io.github.sdfinetune.core.image.PngText} reads
 * that again. Pictures and masks are cut, scaled, enlarged and painted over by pure functions. Imports the API and {@code core.file}
 * only; no tensors.
 */
@NullMarked
package io.github.sdfinetune.core.image;

import org.jspecify.annotations.NullMarked;
