package io.github.sdfinetune;

import io.github.sdfinetune.error.CancelledException;
import io.github.sdfinetune.error.OutputException;
import io.github.sdfinetune.spi.EngineProvider;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model folder to be made with random weights, in diffusers' layout: to try things out, to measure, to train from scratch.
 *
 * @param size of the networks
 * @param seed of the weights; the same seed gives the same files
 * @param tokenizer a folder with {@code vocab.json} and {@code merges.txt} to copy. Without one a small vocabulary is written,
 *     which only {@link Size#TINY} can use
 */
public record NewModel(Size size, long seed, Optional<Path> tokenizer) {

    /** How large the networks are. */
    public enum Size {
        /** About 1.3 million parameters, 64×64 pixels: steps take milliseconds. */
        TINY,
        /** The architecture of Stable Diffusion 1.5: 1.07 thousand million parameters, 512×512 pixels. */
        SD15;

        /**
         * Finds a size by {@linkplain io.github.sdfinetune name}.
         *
         * @throws IllegalArgumentException for an unknown name; the message lists the known ones
         */
        public static Size of(String name) {
            return ConstantNames.find(Size.class, "model size", name);
        }
    }

    public NewModel {
        Checks.require(
                size == Size.TINY || tokenizer.isPresent(),
                "a model of size sd15 needs the folder of a tokenizer with 49408 entries");
    }

    /** A tiny model with its own small vocabulary. */
    public static NewModel tiny(long seed) {
        return new NewModel(Size.TINY, seed, Optional.empty());
    }

    /** A model of the size of Stable Diffusion 1.5 with the given tokenizer. */
    public static NewModel sd15(long seed, Path tokenizer) {
        return new NewModel(Size.SD15, seed, Optional.of(tokenizer));
    }

    /**
     * Writes the model; float32, complete or not at all.
     *
     * @param folder must not exist yet, or be empty
     * @throws OutputException if it can't be written
     */
    public void write(Path folder) {
        write(folder, ProgressListener.quiet());
    }

    /**
     * Writes the model and tells how far it is.
     *
     * @param folder must not exist yet, or be empty
     * @param listener hears of each tensor
     * @throws OutputException if it can't be written
     * @throws CancelledException if the thread is interrupted (whose flag then stays set); nothing is left behind
     */
    public void write(Path folder, ProgressListener listener) {
        EngineProvider.find().writeModel(this, folder, listener);
    }
}
