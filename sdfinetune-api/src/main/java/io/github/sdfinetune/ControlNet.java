package io.github.sdfinetune;

import io.github.sdfinetune.error.EngineException;
import io.github.sdfinetune.error.ModelFormatException;
import io.github.sdfinetune.spi.EngineProvider;
import java.nio.file.Path;

/**
 * A network that steers a generation by a picture, such as edges, depth or a pose (arXiv:2302.05543).
 *
 * <pre>{@code
 * try (ControlNet canny = ControlNet.load(Path.of("sd-controlnet-canny"))) {
 *     Picture edges = Canny.edges(Picture.read(Path.of("mug.jpg")));
 *     pipeline.generate(Generation.of("a mug of glass").control(canny, edges));
 * }
 * }</pre>
 *
 * <p>Thread-safe; one serves any number of calls and pipelines at once. It holds native memory, which {@link #close} frees; whoever
 * loads it closes it.
 */
public interface ControlNet extends AutoCloseable {

    /**
     * Loads a ControlNet in float32.
     *
     * @see #load(Path, LoadOptions)
     */
    static ControlNet load(Path path) {
        return load(path, LoadOptions.defaults());
    }

    /**
     * Loads a folder in diffusers' layout, a {@code config.json} of a {@code ControlNetModel} beside the weights; or one file
     * ({@code .safetensors}, {@code .pth}, {@code .ckpt}) in the original layout or with diffusers' names, whose configuration is told
     * from its shapes, unless {@link LoadOptions#configs} is a folder with a {@code config.json} for it. The precision may differ from
     * the pipeline's, the device must be the same.
     *
     * @throws ModelFormatException if a file is missing, damaged, or not of a supported ControlNet
     * @throws EngineException if the natives, the implementation or the device are missing
     */
    static ControlNet load(Path path, LoadOptions options) {
        return EngineProvider.find().loadControlNet(path, options);
    }

    /** A short name for messages: that of the folder or file. */
    String name();

    /**
     * By what the network is known again: SHA-256 in 64 hexadecimal digits over its weight files, one after the other, as they were
     * when it was loaded.
     */
    String hash();

    /**
     * Frees the native memory once the evaluation under way has ended; a generation that still needs the network then ends with an
     * {@link IllegalStateException}. May be called twice and from any thread.
     */
    @Override
    void close();
}
