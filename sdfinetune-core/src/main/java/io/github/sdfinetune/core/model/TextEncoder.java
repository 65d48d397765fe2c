package io.github.sdfinetune.core.model;

import io.github.sdfinetune.core.text.ClipTextModel;
import io.github.sdfinetune.core.text.ClipTokenizer;

/**
 * A text encoder with the tokenizer it was trained with.
 *
 * @param name of the component: text_encoder or text_encoder_2
 */
public record TextEncoder(String name, ClipTokenizer tokenizer, ClipTextModel network) {}
