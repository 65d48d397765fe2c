package io.github.sdfinetune.core.text;

/**
 * A token that is found in a prompt as a whole, before the rest is split into words.
 *
 * @param normalized whether it is looked for after the prompt was lower-cased, and so in any case
 */
record AddedToken(String content, int id, boolean normalized) {}
