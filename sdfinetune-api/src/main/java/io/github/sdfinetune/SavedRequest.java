package io.github.sdfinetune;

import io.github.sdfinetune.error.PictureFormatException;
import io.github.sdfinetune.spi.EngineProvider;
import java.nio.file.Path;
import java.util.List;

/**
 * What the file of a generated picture says about what made it. Immutable and thread-safe.
 *
 * <pre>{@code
 * SavedRequest request = SavedRequest.read(Path.of("mug.png"));
 * Generation generation = request.toGeneration(RequestInputs.none());
 * GeneratedImage again = pipeline.generateAll(generation, ProgressListener.quiet()).get(request.picture());
 * }</pre>
 *
 * <p>With the same model, precision and machine that gives the same bytes. Of a file without the text {@code sdfinetune}, such as
 * other programs write, what stands under {@code parameters} in the form of AUTOMATIC1111's web interface is used; noise
 * is drawn otherwise there, so the picture becomes another one.
 */
public interface SavedRequest {

    /**
     * Reads the texts of a PNG file.
     *
     * @throws PictureFormatException if the file is missing, no PNG file, damaged, says nothing of what made it, or what it says can't
     *     be
     */
    static SavedRequest read(Path png) {
        return EngineProvider.find().readRequest(png);
    }

    /** The text in the form of AUTOMATIC1111's {@code parameters}; empty if there is none. */
    String parameters();

    /** The name of the model; empty if the file does not say it. */
    String model();

    /** The first hexadecimal digits of SHA-256 over the weights of the model; empty if the file does not say them. */
    String modelHash();

    /** The picture's place among those of the generation, from 0. */
    int picture();

    /** What the file says but {@link #toGeneration} can't repeat, for people; a line each. */
    List<String> notes();

    /**
     * The request, with all pictures that were denoised together.
     *
     * @param inputs what the file names but does not hold
     * @throws IllegalArgumentException if an adapter, ControlNet, picture or mask is not among them; the message names all that are missing
     */
    Generation toGeneration(RequestInputs inputs);
}
