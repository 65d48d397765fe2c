package io.github.sdfinetune.core;

import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.core.image.PngWriter;
import java.nio.file.Path;

/** A generated picture in memory. */
record GeneratedPicture(Picture picture, long seed, String parameters) implements GeneratedImage {

    @Override
    public void save(Path png) {
        PngWriter.write(png, picture, parameters);
    }
}
