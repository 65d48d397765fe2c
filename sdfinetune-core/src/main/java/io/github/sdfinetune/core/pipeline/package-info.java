/**
 * From a request to pictures: {@link io.github.sdfinetune.core.pipeline.TextConditioner} turns prompts into text states, {@link
 * io.github.sdfinetune.core.pipeline.DenoisingLoop} turns noise into latents, {@link
 * io.github.sdfinetune.core.pipeline.ImageGenerator} joins them with the VAE. Imports model and what stands below it, scheduler and
 * image.
 */
@NullMarked
package io.github.sdfinetune.core.pipeline;

import org.jspecify.annotations.NullMarked;
