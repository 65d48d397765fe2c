package io.github.sdfinetune.core.data;

import java.util.Optional;

/**
 * What a training run needs of a dataset.
 *
 * @param resolution side in pixels to which pictures are resized and cropped
 * @param batchSize the fewest pictures
 * @param instancePrompt the caption of pictures that have none; without it they are a fault
 */
public record DatasetRequirements(int resolution, int batchSize, Optional<String> instancePrompt) {}
