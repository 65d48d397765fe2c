package io.github.sdfinetune;

import io.github.sdfinetune.error.ModelFormatException;
import io.github.sdfinetune.error.OutputException;
import io.github.sdfinetune.spi.EngineProvider;
import java.nio.file.Path;
import java.util.Map;

/**
 * A small addition to a model that was learned from pictures: a LoRA (arXiv:2106.09685), or a word for prompts with vectors of its own
 * (textual inversion, arXiv:2208.01618). Immutable, thread-safe, held in ordinary Java memory; there is nothing to close. Which
 * layers it changes, or which text encoders it has vectors for, is matched against a model when it is used.
 *
 * <p>A word is known to the prompts of the {@linkplain Generation#with generations} that are given its adapter. It is the name that
 * the file holds, else the file's name without its ending.
 */
public interface Adapter {

    /**
     * Reads the file of a LoRA, in the layout of diffusers/peft or of kohya's sd-scripts, or of a word, as diffusers, AUTOMATIC1111's
     * stable-diffusion-webui and sd-scripts write it.
     *
     * @throws ModelFormatException if the file is missing, damaged, or holds keys that are not understood; the message lists
     *     them
     */
    static Adapter load(Path file) {
        return EngineProvider.find().loadAdapter(file);
    }

    /**
     * A short name for messages and picture parameters: the file's name without its ending, or {@link TrainerConfig#name}; of a word, the word as
     * prompts write it.
     */
    String name();

    /**
     * By what the adapter is known again: SHA-256 in 64 hexadecimal digits over its numbers and the names of the layers or text encoders
     * that they belong to. A trained adapter and the one loaded from the file that it was saved to have the same, whatever the format
     * and the name of the file; so it is not the hash of the file's bytes. Computed when it is first asked for.
     */
    String hash();

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
