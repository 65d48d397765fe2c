package io.github.sdfinetune;

import io.github.sdfinetune.error.OutputException;
import io.github.sdfinetune.spi.EngineProvider;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;

/** A picture that was generated, with what made it. Immutable and thread-safe. */
public interface GeneratedImage {

    /**
     * Pictures of one call side by side, as {@link Picture#grid} joins them. The grid's seed and parameters are those of the first, and
     * its file tells how to make all of them again.
     *
     * @param pictures that {@link Pipeline#generateAll} gave, all or some of them
     * @throws IllegalArgumentException if there are none, if they differ in size, or if they are of several calls, whose requests one
     *     file can't hold
     */
    static GeneratedImage grid(List<GeneratedImage> pictures) {
        return EngineProvider.find().grid(pictures);
    }

    /** The pixels, for instance as the start of another generation. */
    Picture picture();

    default int width() {
        return picture().width();
    }

    default int height() {
        return picture().height();
    }

    /** The pixels: red, green, blue of the first row from left to right, then the next; a copy. */
    default byte[] rgb() {
        return picture().rgb();
    }

    /** The seed of the generator that made this picture. */
    long seed();

    /** What made the picture, in the form of AUTOMATIC1111's {@code parameters}. */
    String parameters();

    /** The picture as the JDK knows it, of type {@link BufferedImage#TYPE_INT_RGB}. */
    default BufferedImage toBufferedImage() {
        return picture().toBufferedImage();
    }

    /**
     * Writes the picture as PNG with what made it.
     *
     * @see #save(Path, Metadata)
     */
    default void save(Path png) {
        save(png, Metadata.REQUEST);
    }

    /**
     * Writes the picture as PNG. The file is written beside its target and renamed; an existing file is replaced.
     *
     * @throws OutputException if it can't be written
     */
    void save(Path png, Metadata metadata);
}
