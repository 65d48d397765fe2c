package io.github.sdfinetune.core;

import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.core.image.PngWriter;
import io.github.sdfinetune.core.image.RgbImage;
import java.nio.file.Path;

/** A generated picture in memory. */
record GeneratedPicture(RgbImage pixels, long seed, String parameters) implements GeneratedImage {

    @Override
    public int width() {
        return pixels.width();
    }

    @Override
    public int height() {
        return pixels.height();
    }

    @Override
    public byte[] rgb() {
        return pixels.rgb();
    }

    @Override
    public void save(Path png) {
        PngWriter.write(png, pixels, parameters);
    }
}
