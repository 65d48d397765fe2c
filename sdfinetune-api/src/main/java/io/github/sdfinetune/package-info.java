/**
 * What an application sees of sdfinetune: four nouns ({@link io.github.sdfinetune.Pipeline}, {@link
 * io.github.sdfinetune.Dataset}, {@link io.github.sdfinetune.TrainerConfig}, {@link io.github.sdfinetune.Adapter}) and the
 * small values beside them. Nothing here knows the engine: signatures hold JDK types only, and the implementation is found
 * with {@link java.util.ServiceLoader}.
 *
 * <p>What is looked up by a name that people write, as {@link io.github.sdfinetune.Precision#of}, {@link
 * io.github.sdfinetune.HighResolution.Upscaling#of} and {@link io.github.sdfinetune.Sampler#of} do, is found in any case, and
 * underscores, hyphens, spaces and brackets don't count: {@code LATENT_BICUBIC}, {@code latent-bicubic} and {@code Latent (bicubic)}
 * are one name.
 */
@NullMarked
package io.github.sdfinetune;

import org.jspecify.annotations.NullMarked;
