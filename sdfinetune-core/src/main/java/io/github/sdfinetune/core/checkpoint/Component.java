package io.github.sdfinetune.core.checkpoint;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.weights.WeightFiles;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A network on the disk: what it is, and its weights.
 *
 * @param config what stands in its {@code config.json}
 */
public record Component(JsonFile config, WeightFiles weights) {

    /**
     * Opens a folder with a {@code config.json}.
     *
     * @param variant of the weight files
     * @throws ModelFormatException if something is missing or damaged
     */
    public static Component inFolder(Path folder, Optional<String> variant) {
        JsonFile config = JsonFile.read(folder.resolve("config.json"));
        // diffusers notes the class and has one base name for its files, transformers does neither.
        String baseName = config.has("_class_name") ? "diffusion_pytorch_model" : "model";
        return new Component(config, WeightFiles.open(folder, baseName, variant));
    }

    /** The class of a network, which diffusers and transformers note under different keys. */
    public static Optional<String> className(JsonFile config) {
        return config.optionalString("_class_name")
                .or(() -> config.isListOfStrings("architectures")
                        ? config.strings("architectures").stream().findFirst()
                        : Optional.empty());
    }
}
