package io.github.sdfinetune.core.request;

/**
 * A picture that a file shows.
 *
 * @param number its place among the pictures of the generation, from 0
 * @param replaced whether an image check put another one in its place
 */
public record Place(int number, boolean replaced) {}
