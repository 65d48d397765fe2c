package io.github.sdfinetune.core.config;

import java.nio.file.Path;

/**
 * A {@code scheduler_config.json}: the diffusers class it configures and its settings as the file gives them. A sampler reads
 * the keys that it knows and fills in its own class's defaults for those the file lacks, so the same settings serve any class.
 *
 * @param className the diffusers class, for instance {@code PNDMScheduler}
 */
public record SchedulerConfig(String className, JsonFile settings) {

    /**
     * Reads a file.
     *
     * @throws io.github.sdfinetune.error.ModelFormatException if it is missing, no JSON object, or names no class
     */
    public static SchedulerConfig read(Path path) {
        JsonFile settings = JsonFile.read(path);
        return new SchedulerConfig(settings.string("_class_name"), settings);
    }
}
