/**
 * Prompts as the numbers that text encoders read. {@link io.github.sdfinetune.core.text.ClipTokenizer} turns a prompt into token
 * ids with a vocabulary in CLIP's published form, and {@link io.github.sdfinetune.core.text.SmallVocabulary} makes a vocabulary
 * of that form for models that start from nothing. Imports the API, config, file and tensor.
 */
@NullMarked
package io.github.sdfinetune.core.text;

import org.jspecify.annotations.NullMarked;
