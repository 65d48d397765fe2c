package io.github.sdfinetune.core.prompt;

/**
 * Words and how much they count.
 *
 * @param weight 1 as they are, 0 not at all; negative values turn them round
 */
public record WeightedText(String text, double weight) {}
