package io.github.sdfinetune.core.request;

import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Picture;
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
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** The request that the file of a picture holds. */
public record RequestFile(
        Path png,
        String parameters,
        String model,
        String modelHash,
        int picture,
        List<String> notes,
        Generation generation,
        List<SavedAdapter> adapters,
        List<SavedControl> controls,
        Optional<SavedStart> start)
        implements SavedRequest {
    private static final int LONGEST_TEXT = 4 << 20;

    /** An adapter by its name. */
    record SavedAdapter(String name, float scale) {}

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
        List<SavedAdapter> adapters = new ArrayList<>();
        for (JsonFile adapter : json.has("adapters") ? json.objects("adapters") : List.<JsonFile>of()) {
            adapters.add(new SavedAdapter(adapter.string("name"), (float) adapter.number("scale")));
        }
        return new RequestFile(
                png,
                parameters,
                json.object("model").string("name"),
                json.object("model").string("hash"),
                request.picture(generation),
                List.of(),
                generation,
                List.copyOf(adapters),
                json.has("controls")
                        ? json.objects("controls").stream()
                                .map(SavedControl::of)
                                .toList()
                        : List.of(),
                json.has("start") ? Optional.of(SavedStart.of(json.object("start"))) : Optional.empty());
    }

    private static RequestFile ofParameters(Path png, String parameters) {
        ParametersText text = ParametersText.parse(parameters);
        List<String> notes = new ArrayList<>();
        Generation generation = WebUiRequest.read(text, notes);
        return new RequestFile(
                png,
                parameters,
                text.values().getOrDefault("Model", ""),
                text.values().getOrDefault("Model hash", ""),
                0,
                List.copyOf(notes),
                generation,
                List.of(),
                List.of(),
                Optional.empty());
    }

    @Override
    public Generation toGeneration(RequestInputs inputs) {
        InputSearch search = new InputSearch(inputs);
        Generation whole = generation.registry(inputs.adapters());
        for (SavedAdapter saved : adapters) {
            whole = added(whole, search.adapter(saved.name()), (g, adapter) -> g.with(adapter, saved.scale()));
        }
        for (SavedControl saved : controls) {
            List<Picture> pictures = saved.pictures().stream()
                    .flatMap(each -> search.picture("the control picture", each).stream())
                    .toList();
            Optional<ControlNet> net = search.controlNet(saved.net())
                    .filter(found -> pictures.size() == saved.pictures().size());
            whole = added(whole, net, (g, found) -> g.control(saved.with(found, pictures)));
        }
        if (start.isPresent()) {
            SavedStart saved = start.get();
            Optional<Mask> mask = saved.mask().flatMap(search::mask);
            Optional<Picture> picture = search.picture("the picture to start from", saved.picture())
                    .filter(found -> mask.isPresent() == saved.mask().isPresent());
            whole = added(whole, picture, (g, found) -> g.start(saved.with(found, mask)));
        }
        if (!search.missing().isEmpty()) {
            throw new IllegalArgumentException(
                    "to repeat the picture " + png + ", " + String.join(", ", search.missing()) + " must be given");
        }
        return whole;
    }

    private <T> Generation added(Generation to, Optional<T> found, BiFunction<Generation, T, Generation> change) {
        return found.map(each -> checked(png, () -> change.apply(to, each))).orElse(to);
    }

    /** Faults of what stands in the file, as faults of the file. */
    private static <T> T checked(Path png, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (ModelFormatException e) {
            String problem = String.valueOf(e.getMessage()).substring((e.path() + ": ").length());
            throw new PictureFormatException(png, "its text \"" + RequestText.KEYWORD + "\": " + problem, e);
        } catch (IllegalArgumentException e) {
            throw new PictureFormatException(png, "its text \"" + RequestText.KEYWORD + "\": " + e.getMessage(), e);
        }
    }
}
