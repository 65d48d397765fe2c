package io.github.sdfinetune;

import io.github.sdfinetune.error.ModelFormatException;
import io.github.sdfinetune.error.OutputException;
import io.github.sdfinetune.spi.EngineProvider;
import java.nio.file.Path;
import java.util.Map;

/**
 * A small change to a model that was learned from pictures: here a LoRA (arXiv:2106.09685). Immutable, thread-safe, held in
 * ordinary Java memory; there is nothing to close. Which layers it changes is matched against a model when it is used.
 */
public interface Adapter {

    /**
     * Reads a LoRA file, in the layout of diffusers/peft or of kohya's sd-scripts.
     *
     * @throws ModelFormatException if the file is missing, damaged, or holds keys that are not understood; the message lists
     *     them
     */
    static Adapter load(Path file) {
        return EngineProvider.find().loadAdapter(file);
    }

    /** A short name for messages and picture parameters: the file's name without its ending, or {@link TrainerConfig#name}. */
    String name();

    /** What the file's header says beside the weights; not null, perhaps empty. */
    Map<String, String> metadata();

    /**
     * Writes the adapter in diffusers' layout.
     *
     * @see #save(Path, AdapterFormat)
     */
    default void save(Path file) {
        save(file, AdapterFormat.DIFFUSERS);
    }

    /**
     * Writes the adapter as a safetensors file. The file is written beside its target and renamed, so that an interrupted write
     * leaves what was there before; an existing file is replaced.
     *
     * @throws OutputException if it can't be written
     */
    void save(Path file, AdapterFormat format);
}
