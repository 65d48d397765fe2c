/**
 * The language of prompts: AUTOMATIC1111's (stable-diffusion-webui 1.10), or plain words. {@link
 * io.github.sdfinetune.core.prompt.PromptPlan} reads a prompt as texts with weights for each step, {@link
 * io.github.sdfinetune.core.prompt.PromptChunker} turns them into {@link io.github.sdfinetune.core.prompt.PromptChunk}s of token
 * ids and multipliers, and {@link io.github.sdfinetune.core.prompt.Emphasis} applies the multipliers to the encoded text. Imports
 * the API, text and tensor.
 */
@NullMarked
package io.github.sdfinetune.core.prompt;

import org.jspecify.annotations.NullMarked;
