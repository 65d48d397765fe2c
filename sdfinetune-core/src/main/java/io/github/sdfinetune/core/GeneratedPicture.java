package io.github.sdfinetune.core;

import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.Metadata;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.core.image.PngWriter;
import io.github.sdfinetune.core.request.Place;
import io.github.sdfinetune.core.request.RequestText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A generated picture in memory, or a grid of several.
 *
 * @param request the one of the call
 * @param places what of the call's pictures it shows
 */
record GeneratedPicture(Picture picture, long seed, String parameters, RequestText request, List<Place> places)
        implements GeneratedImage {

    /** See {@link GeneratedImage#grid}. */
    static GeneratedPicture grid(List<GeneratedImage> pictures) {
        List<GeneratedPicture> cells =
                pictures.stream().map(GeneratedPicture::own).toList();
        Picture whole =
                Picture.grid(cells.stream().map(GeneratedPicture::picture).toList());
        GeneratedPicture first = cells.get(0);
        List<Place> places = new ArrayList<>();
        for (GeneratedPicture cell : cells) {
            if (!cell.request.equals(first.request)) {
                throw new IllegalArgumentException("the pictures of a grid must be of one call, but number "
                        + (places.size() + 1) + " is of another than the first; Picture.grid joins any");
            }
            places.addAll(cell.places);
        }
        return new GeneratedPicture(whole, first.seed, first.parameters, first.request, List.copyOf(places));
    }

    private static GeneratedPicture own(GeneratedImage image) {
        if (image instanceof GeneratedPicture picture) {
            return picture;
        }
        throw new IllegalArgumentException(
                "a picture of " + image.getClass().getName() + ", expected one that a pipeline generated");
    }

    /** With other pixels, and a word about that in what it says of itself. */
    GeneratedPicture replacedBy(Picture other) {
        List<Place> replaced =
                places.stream().map(place -> new Place(place.number(), true)).toList();
        return new GeneratedPicture(other, seed, parameters + ", Image check: replaced", request, replaced);
    }

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
        texts.put(RequestText.KEYWORD, request.of(places));
        return texts;
    }
}
