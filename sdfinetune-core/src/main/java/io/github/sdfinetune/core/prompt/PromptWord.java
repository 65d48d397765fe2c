package io.github.sdfinetune.core.prompt;

import org.jspecify.annotations.Nullable;

/**
 * What is put into a chunk as a whole: a token, or the vectors of a concept.
 *
 * @param start place of its first token in the text
 * @param token the first token
 * @param concept what the tokens name, if they do
 */
record PromptWord(int start, long token, @Nullable TextConcept concept) {

    int slots() {
        return concept == null ? 1 : concept.vectors();
    }
}
