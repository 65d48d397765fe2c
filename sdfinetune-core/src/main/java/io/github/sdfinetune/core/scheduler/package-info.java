/**
 * Noise schedules and samplers, in double on plain arrays. A {@link io.github.sdfinetune.core.scheduler.SamplerSpec} is the
 * immutable description that is read from a scheduler's configuration; it starts a
 * {@link io.github.sdfinetune.core.scheduler.SamplerRun}, which holds what changes while one batch is denoised. Imports the API
 * and {@code config} only; latents are {@code float[]} in row-major order (batch, channels, height, width).
 */
@NullMarked
package io.github.sdfinetune.core.scheduler;

import org.jspecify.annotations.NullMarked;
