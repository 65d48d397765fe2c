package io.github.sdfinetune.core.prompt;

/** A word that stands for learned vectors instead of a token's (textual inversion, arXiv:2208.01618). */
public interface TextConcept {

    /** How prompts write it; one word or several. */
    String name();

    /** How many vectors it has, at least 1: the tokens it takes the place of. */
    int vectors();
}
