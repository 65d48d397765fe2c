package io.github.sdfinetune.core.checkpoint;

import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.weights.WeightFiles;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model on the disk, whatever its layout. Components have the names of diffusers: unet, vae, text_encoder, text_encoder_2,
 * scheduler, tokenizer, tokenizer_2.
 */
public interface ModelSource {

    /**
     * Finds out what stands at a path.
     *
     * @throws ModelFormatException if it is missing or of a kind that is not supported
     */
    static ModelSource open(Path path, LoadOptions options) {
        if (Files.isDirectory(path)) {
            return new DiffusersFolder(path);
        }
        if (!Files.exists(path)) {
            throw new ModelFormatException(path, "no such file or folder");
        }
        return SingleFileCheckpoint.open(path, options.configs(), options.tokenizers(), options.prediction());
    }

    /** The file or folder. */
    Path path();

    /** What stands in {@code model_index.json}. */
    JsonFile index();

    boolean has(String component);

    /**
     * The configuration of a network or the scheduler.
     *
     * @throws ModelFormatException if there is none
     */
    JsonFile config(String component);

    /**
     * The weights of a network, with diffusers' names.
     *
     * @param variant of the files, such as fp16
     * @throws ModelFormatException if there are none
     */
    WeightFiles weights(String component, Optional<String> variant);

    /**
     * The folder of a tokenizer.
     *
     * @throws ModelFormatException if there is none
     */
    Path tokenizer(String component);
}
