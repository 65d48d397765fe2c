package io.github.sdfinetune.core.config;

import io.github.sdfinetune.Prediction;

/**
 * A {@code scheduler_config.json}: the diffusers class it configures and its settings as the file gives them. A sampler reads
 * the keys that it knows and fills in its own class's defaults for those the file lacks, so the same settings serve any class.
 *
 * @param className the diffusers class, for instance {@code PNDMScheduler}
 */
public record SchedulerConfig(String className, JsonFile settings) {

    /**
     * Takes the configuration from JSON.
     *
     * @throws io.github.sdfinetune.error.ModelFormatException if it names no class
     */
    public static SchedulerConfig of(JsonFile settings) {
        return new SchedulerConfig(settings.string("_class_name"), settings);
    }

    /** The same for a UNet that predicts something else. */
    public SchedulerConfig with(Prediction prediction) {
        return new SchedulerConfig(className, settings.with("prediction_type", prediction.word()));
    }
}
