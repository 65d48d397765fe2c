package io.github.sdfinetune.core.request;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Mask;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.RequestInputs;
import io.github.sdfinetune.core.config.JsonFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What a saved request names but does not hold.
 *
 * @param named by its prompts
 */
record SavedInputs(
        List<WeightedAdapter> adapters,
        List<SavedAdapter> named,
        List<SavedControl> controls,
        Optional<SavedStart> start) {

    /** An adapter that the generation was given. */
    record WeightedAdapter(SavedAdapter adapter, float scale) {
        static WeightedAdapter of(JsonFile json) {
            return new WeightedAdapter(SavedAdapter.of(json), (float) json.number("scale"));
        }
    }

    static SavedInputs none() {
        return new SavedInputs(List.of(), List.of(), List.of(), Optional.empty());
    }

    static SavedInputs of(JsonFile request) {
        return new SavedInputs(
                objects(request, "adapters", WeightedAdapter::of),
                objects(request, "promptAdapters", SavedAdapter::of),
                objects(request, "controls", SavedControl::of),
                request.has("start") ? Optional.of(SavedStart.of(request.object("start"))) : Optional.empty());
    }

    private static <T> List<T> objects(JsonFile json, String key, Function<JsonFile, T> read) {
        return json.has(key) ? json.objects(key).stream().map(read).toList() : List.of();
    }

    /**
     * The generation with all of it.
     *
     * @param png the file that it stands in, for messages
     * @throws IllegalArgumentException if something is not among the inputs, or is another there
     */
    Generation addTo(Generation generation, RequestInputs inputs, Path png) {
        InputSearch search = new InputSearch(inputs);
        Generation whole = generation.registry(inputs.registry());
        named.forEach(search::compare);
        for (WeightedAdapter saved : adapters) {
            Optional<Adapter> found = search.adapter(saved.adapter());
            whole = added(png, whole, found, (g, adapter) -> g.with(adapter, saved.scale()));
        }
        for (SavedControl saved : controls) {
            List<Picture> pictures = saved.pictures().stream()
                    .flatMap(each -> search.picture("the control picture", each).stream())
                    .toList();
            Optional<ControlNet> net = search.controlNet(saved.net(), saved.hash())
                    .filter(found -> pictures.size() == saved.pictures().size());
            whole = added(png, whole, net, (g, found) -> g.control(saved.with(found, pictures)));
        }
        if (start.isPresent()) {
            SavedStart saved = start.get();
            Optional<Mask> mask = saved.mask().flatMap(search::mask);
            Optional<Picture> picture = search.picture("the picture to start from", saved.picture())
                    .filter(found -> mask.isPresent() == saved.mask().isPresent());
            whole = added(png, whole, picture, (g, found) -> g.start(saved.with(found, mask)));
        }
        if (!search.missing().isEmpty()) {
            throw new IllegalArgumentException(
                    "to repeat the picture " + png + ", " + String.join(", ", search.missing()) + " must be given");
        }
        return whole;
    }

    private static <T> Generation added(
            Path png, Generation to, Optional<T> found, BiFunction<Generation, T, Generation> change) {
        return found.map(each -> RequestFile.checked(png, () -> change.apply(to, each)))
                .orElse(to);
    }
}
