package io.github.sdfinetune.core.data;

import java.nio.file.Path;

/**
 * A picture to learn from.
 *
 * @param file with the picture
 * @param caption on one line
 */
public record TrainingExample(Path file, String caption) {}
