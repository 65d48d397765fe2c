package io.github.sdfinetune.core.prompt;

import io.github.sdfinetune.core.text.ClipTokenizer;

/**
 * The form of a text encoder's input.
 *
 * @param comma its token; −1 if the vocabulary has none
 * @param length tokens between start and end; 75 for every published model
 */
record ChunkForm(long start, long end, long pad, long comma, int length) {

    static ChunkForm of(ClipTokenizer tokenizer) {
        long[] comma = tokenizer.tokens(",");
        return new ChunkForm(
                tokenizer.startToken(),
                tokenizer.endToken(),
                tokenizer.padToken(),
                comma.length == 1 ? comma[0] : -1,
                tokenizer.maxLength() - 2);
    }
}
