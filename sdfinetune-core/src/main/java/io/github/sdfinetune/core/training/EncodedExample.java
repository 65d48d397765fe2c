package io.github.sdfinetune.core.training;

/**
 * A picture and its caption as the networks see them, computed once before training.
 *
 * @param name of the picture's file
 * @param mean of the unscaled latents, (channels, height/8, width/8)
 * @param deviation of the unscaled latents, shaped like the mean
 * @param text states of the caption, (textTokens, dim)
 */
record EncodedExample(String name, float[] mean, float[] deviation, float[] text) {}
