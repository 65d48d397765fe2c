package io.github.sdfinetune.core;

import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.Metadata;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.core.image.PngWriter;
import io.github.sdfinetune.core.request.RequestText;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A generated picture in memory.
 *
 * @param request the whole of it as JSON
 */
record GeneratedPicture(Picture picture, long seed, String parameters, String request) implements GeneratedImage {

    @Override
    public void save(Path png, Metadata metadata) {
        PngWriter.write(
                png,
                picture,
                switch (metadata) {
                    case REQUEST -> texts();
                    case NONE -> Map.of();
                });
    }

    private Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put(RequestText.PARAMETERS, parameters);
        texts.put(RequestText.KEYWORD, request);
        return texts;
    }
}
