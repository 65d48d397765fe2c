package io.github.sdfinetune;

import io.github.sdfinetune.error.PictureFormatException;
import io.github.sdfinetune.spi.EngineProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the file of a generated picture says about what made it. Immutable and thread-safe.
 *
 * <pre>{@code
 * SavedRequest request = SavedRequest.read(Path.of("mug.png"));
 * Generation generation = request.toGeneration(RequestInputs.none());
 * List<GeneratedImage> all = pipeline.generateAll(generation, ProgressListener.quiet());
 * List<GeneratedImage> again = request.pictures().stream().map(all::get).toList();
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

    /** The name of the model, if the file says it. */
    Optional<String> model();

    /** The first hexadecimal digits of SHA-256 over the weights of the model, if the file says them. */
    Optional<String> modelHash();

    /** The precision with which the model was loaded, if the file says it. */
    Optional<Precision> precision();

    /** What the model's UNet was taken to predict, if the file says it. */
    Optional<Prediction> prediction();

    /** The device that the model was loaded on, such as {@code "cpu"}, if the file says it. */
    Optional<String> device();

    /** The version of sdfinetune that made the picture, if the file says it. */
    Optional<String> library();

    /** The places, among the pictures of the generation, of those that the file shows: one, or several of a grid; from 0. */
    List<Integer> pictures();

    /**
     * What the file says but {@link #toGeneration} can't repeat, for people; a line each. It says so, too, if an {@link ImageCheck} put
     * another picture in the place of one.
     */
    List<String> notes();

    /**
     * The request, with all pictures that were denoised together.
     *
     * @param inputs what the file names but does not hold
     * @throws IllegalArgumentException if an adapter, ControlNet, picture or mask is not among them, or if an adapter or ControlNet of that
     *     name is another one (its {@linkplain Adapter#hash() hash} differs); the message names all that are
     * @throws PictureFormatException if the file says something of them that can't be, such as a strength of 2
     */
    Generation toGeneration(RequestInputs inputs);
}
