/**
 * AutoencoderKL: pictures to latents and back. {@link io.github.sdfinetune.core.vae.Autoencoder} joins an encoder and a decoder
 * that are built from the same blocks. Large pictures are worked
 * on in tiles. Imports config, layer, weights and tensor.
 */
@NullMarked
package io.github.sdfinetune.core.vae;

import org.jspecify.annotations.NullMarked;
