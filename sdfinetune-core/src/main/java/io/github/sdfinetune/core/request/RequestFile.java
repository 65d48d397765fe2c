package io.github.sdfinetune.core.request;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Precision;
import io.github.sdfinetune.Prediction;
import io.github.sdfinetune.RequestInputs;
import io.github.sdfinetune.SavedRequest;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.image.ImageReadException;
import io.github.sdfinetune.core.image.ParametersText;
import io.github.sdfinetune.core.image.PngText;
import io.github.sdfinetune.error.ModelFormatException;
import io.github.sdfinetune.error.PictureFormatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The request that the file of a picture holds.
 *
 * @param places of the pictures that it shows
 * @param generation without what the inputs add
 */
public record RequestFile(
        Path png,
        String parameters,
        Origin origin,
        List<Place> places,
        List<String> notes,
        Generation generation,
        SavedInputs inputs)
        implements SavedRequest {
    private static final int LONGEST_TEXT = 4 << 20;

    /** @throws PictureFormatException if it can't be read or holds none */
    public static RequestFile read(Path png) {
        try {
            return of(png, PngText.read(png));
        } catch (ImageReadException e) {
            throw new PictureFormatException(png, e.reason(), e);
        }
    }

    /**
     * The request that stands in the texts of a file.
     *
     * @param png for messages
     */
    static RequestFile of(Path png, Map<String, String> texts) {
        String request = texts.get(RequestText.KEYWORD);
        String parameters = texts.getOrDefault(RequestText.PARAMETERS, "");
        if (Math.max(parameters.length(), request == null ? 0 : request.length()) > LONGEST_TEXT) {
            throw new PictureFormatException(png, "what it says of its making is longer than 4 MiB", null);
        }
        if (request != null) {
            return checked(png, () -> ofJson(png, parameters, JsonFile.parse(png, request)));
        }
        if (parameters.isBlank()) {
            throw new PictureFormatException(
                    png,
                    "does not say what made it: neither a text \"" + RequestText.KEYWORD + "\" nor \""
                            + RequestText.PARAMETERS + "\" is in it",
                    null);
        }
        return ofParameters(png, parameters);
    }

    private static RequestFile ofJson(Path png, String parameters, JsonFile json) {
        JsonRequest request = new JsonRequest(json);
        Generation generation = request.generation();
        List<Place> places = request.places(generation);
        return new RequestFile(
                png, parameters, Origin.of(json), places, notes(places), generation, SavedInputs.of(json));
    }

    private static List<String> notes(List<Place> places) {
        List<String> replaced = IntStream.range(0, places.size())
                .filter(i -> places.get(i).replaced())
                .mapToObj(i -> Integer.toString(i + 1))
                .toList();
        if (replaced.isEmpty()) {
            return List.of();
        }
        String which = places.size() == 1
                ? "the picture"
                : "number " + String.join(", ", replaced) + " of the grid's pictures";
        return List.of("an image check replaced " + which + "; the request gives what was there before");
    }

    private static RequestFile ofParameters(Path png, String parameters) {
        ParametersText text = ParametersText.parse(parameters);
        List<String> notes = new ArrayList<>();
        Generation generation = WebUiRequest.read(text, notes);
        Origin origin = new Origin(
                "",
                text.values().getOrDefault("Model", ""),
                text.values().getOrDefault("Model hash", ""),
                Optional.empty(),
                Optional.empty(),
                "");
        return new RequestFile(
                png,
                parameters,
                origin,
                List.of(new Place(0, false)),
                List.copyOf(notes),
                generation,
                SavedInputs.none());
    }

    @Override
    public Optional<String> library() {
        return said(origin.library());
    }

    @Override
    public Optional<String> model() {
        return said(origin.model());
    }

    @Override
    public Optional<String> modelHash() {
        return said(origin.modelHash());
    }

    @Override
    public Optional<Precision> precision() {
        return origin.precision();
    }

    @Override
    public Optional<Prediction> prediction() {
        return origin.prediction();
    }

    @Override
    public Optional<String> device() {
        return said(origin.device());
    }

    private static Optional<String> said(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    @Override
    public List<Integer> pictures() {
        return places.stream().map(Place::number).toList();
    }

    @Override
    public Generation toGeneration(RequestInputs given) {
        return inputs.addTo(generation, given, png);
    }

    /** Faults of what stands in the file, as faults of the file. */
    static <T> T checked(Path png, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (ModelFormatException e) {
            throw new PictureFormatException(png, "its text \"" + RequestText.KEYWORD + "\": " + e.problem(), e);
        } catch (IllegalArgumentException e) {
            throw new PictureFormatException(png, "its text \"" + RequestText.KEYWORD + "\": " + e.getMessage(), e);
        }
    }
}
