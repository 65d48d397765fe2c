package io.github.sdfinetune;

import io.github.sdfinetune.error.CancelledException;
import io.github.sdfinetune.error.DatasetException;
import io.github.sdfinetune.error.EngineException;
import io.github.sdfinetune.error.GenerationException;
import io.github.sdfinetune.error.ModelFormatException;
import io.github.sdfinetune.error.TrainingException;
import io.github.sdfinetune.spi.EngineProvider;
import java.nio.file.Path;
import java.util.List;

/**
 * A loaded Stable Diffusion model that generates pictures and trains adapters.
 *
 * <pre>{@code
 * try (Pipeline pipeline = Pipeline.load(Path.of("stable-diffusion-v1-5"))) {
 *     Adapter mug = pipeline.train(
 *             Dataset.folder(Path.of("photos/our-mug")),
 *             TrainerConfig.lora().rank(16).steps(800).build(),
 *             ProgressListener.console());
 *     mug.save(Path.of("mug.safetensors"));
 *
 *     GeneratedImage picture = pipeline.generate(
 *             Generation.of("a photo of sks mug on the moon").with(mug, 0.8f).seed(42).steps(25));
 *     picture.save(Path.of("mug-on-the-moon.png"));
 * }
 * }</pre>
 *
 * <p>A pipeline is thread-safe: its weights are loaded once, never changed, and shared by all calls; what a call needs beside
 * them (adapters, seeds, samplers) are arguments of that call. Two calls at once give bit for bit what they give alone. It holds
 * native memory, which {@link #close} frees; whoever loads a pipeline closes it.
 */
public interface Pipeline extends AutoCloseable {

    /**
     * Loads a model in float32, a folder in diffusers' layout or one file.
     *
     * @see #load(Path, LoadOptions)
     */
    static Pipeline load(Path model) {
        return load(model, LoadOptions.defaults());
    }

    /**
     * Loads a model: a folder in diffusers' layout ({@code model_index.json}, {@code unet/}, {@code vae/}, {@code text_encoder/},
     * {@code tokenizer/}, {@code scheduler/}), or one file in the original layout ({@code .safetensors}, {@code .ckpt}), which holds no
     * tokenizer: {@link LoadOptions#tokenizers(Path)} gives it. Every file is checked before it is used.
     *
     * @throws ModelFormatException if a file is missing, damaged, or not of a supported model
     * @throws CancelledException if the thread is interrupted (whose flag then stays set)
     * @throws EngineException if the natives, the implementation or the device are missing
     */
    static Pipeline load(Path model, LoadOptions options) {
        return EngineProvider.find().loadPipeline(model, options);
    }

    /** What was loaded. */
    ModelInfo info();

    /**
     * By what the model is known again: the first 10 hexadecimal digits of SHA-256 over the UNet's weight files, or over the file of a
     * single-file model, as they were when the model was loaded.
     *
     * @see SavedRequest#modelHash
     */
    String modelHash();

    /**
     * Generates one picture.
     *
     * @throws IllegalArgumentException if the generation asks for more than one picture, or for a size that is no multiple of
     *     the VAE's factor
     * @see #generateAll(Generation, ProgressListener, Cancellation)
     */
    default GeneratedImage generate(Generation generation) {
        return generate(generation, ProgressListener.quiet());
    }

    /**
     * Generates one picture and tells how far it is.
     *
     * @see #generateAll(Generation, ProgressListener, Cancellation)
     */
    default GeneratedImage generate(Generation generation, ProgressListener listener) {
        if (generation.pictures() != 1) {
            throw new IllegalArgumentException(
                    "generate gives one picture, but " + generation.pictures() + " are asked for: use generateAll");
        }
        return generateAll(generation, listener).get(0);
    }

    /**
     * Generates all pictures of a generation.
     *
     * @see #generateAll(Generation, ProgressListener, Cancellation)
     */
    default List<GeneratedImage> generateAll(Generation generation, ProgressListener listener) {
        return generateAll(generation, listener, new Cancellation());
    }

    /**
     * Generates all pictures of a generation: those of the first prompt first.
     *
     * @throws IllegalArgumentException if a size is no multiple of the VAE's factor
     * @throws ModelFormatException if an adapter or a ControlNet does not fit this model; the message names the keys
     * @throws GenerationException if the numbers overflow, or the {@link ImageCheck} rejects a picture or fails
     * @throws CancelledException if it was cancelled or the thread interrupted (whose flag then stays set)
     * @throws IllegalStateException if the pipeline is closed, before the call or during it
     */
    List<GeneratedImage> generateAll(Generation generation, ProgressListener listener, Cancellation cancellation);

    /**
     * Trains an adapter on a dataset.
     *
     * @see #train(Dataset, TrainerConfig, ProgressListener, Cancellation)
     */
    default Adapter train(Dataset dataset, TrainerConfig config, ProgressListener listener) {
        return train(dataset, config, listener, new Cancellation());
    }

    /**
     * Trains an adapter on a dataset. Every picture and caption is read and checked before the first step. The same seed gives
     * the same adapter on the same machine.
     *
     * @throws DatasetException if pictures are broken, captions missing, or there are fewer pictures than the batch size
     * @throws TrainingException if the loss or a gradient is no longer finite
     * @throws CancelledException if it was cancelled or the thread interrupted (whose flag then stays set)
     * @throws IllegalStateException if the pipeline is closed, before the call or during it
     */
    Adapter train(Dataset dataset, TrainerConfig config, ProgressListener listener, Cancellation cancellation);

    /**
     * Ends the calls under way after the step, or the tile of a large picture, that each of them is at, with an {@link
     * IllegalStateException}, waits for that, then frees the native memory. May be called twice and from any thread.
     *
     * <p>A call whose {@link ProgressListener} is running is not waited for: it ends when that returns. So a listener may close the
     * pipeline, or wait for another thread that does, and so may an {@link ImageCheck}, whose call then still gives its pictures.
     */
    @Override
    void close();
}
