package io.github.sdfinetune.core.request;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.HighResolution;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.SizeConditioning;
import io.github.sdfinetune.core.config.JsonFile;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Reads the object that {@link RequestText} writes, but for what it names and does not hold. */
final class JsonRequest {
    private static final long MOST_PICTURES = 100_000;

    private final JsonFile json;

    /** @throws io.github.sdfinetune.error.ModelFormatException if it is of another version */
    JsonRequest(JsonFile json) {
        this.json = json;
        if (json.integer("version") != RequestText.VERSION) {
            throw json.fault(
                    "version",
                    "is " + json.integer("version") + ", expected " + RequestText.VERSION
                            + ": another version of sdfinetune wrote it");
        }
    }

    /**
     * The generation without adapters and pictures.
     *
     * @throws IllegalArgumentException if a value is out of its range
     * @throws io.github.sdfinetune.error.ModelFormatException if one is missing or of another kind
     */
    Generation generation() {
        Generation generation = withGuidance(withSampling(withPrompts()));
        if (json.has("sizeConditioning")) {
            generation = generation.sizeConditioning(sizeConditioning(json.object("sizeConditioning")));
        }
        if (json.has("highResolution")) {
            generation = generation.highResolution(highResolution(json.object("highResolution")));
        }
        return json.has("tiledVae") ? generation.tiledVae(json.flag("tiledVae", false)) : generation;
    }

    /** Those of the generation's pictures that the file shows. */
    List<Place> places(Generation generation) {
        List<Integer> numbers = json.integers("pictures");
        if (numbers.isEmpty()) {
            throw json.fault("pictures", "is empty, expected the places of the pictures that the file shows");
        }
        for (int number : numbers) {
            if (number < 0 || number >= generation.pictures()) {
                throw json.fault(
                        "pictures", "holds " + number + ", expected places among " + generation.pictures() + " from 0");
            }
        }
        Set<Integer> replaced = json.has("replaced") ? new TreeSet<>(json.integers("replaced")) : Set.of();
        Set<Integer> shown = new HashSet<>(numbers);
        for (int number : replaced) {
            if (!shown.contains(number)) {
                throw json.fault("replaced", "holds " + number + ", expected some of 'pictures'");
            }
        }
        return numbers.stream()
                .map(number -> new Place(number, replaced.contains(number)))
                .toList();
    }

    private Generation withPrompts() {
        List<String> prompts = json.strings("prompts");
        int count = json.integer("count");
        if ((long) prompts.size() * count > MOST_PICTURES) {
            throw json.fault("count", "is " + count + ", expected at most " + MOST_PICTURES + " pictures together");
        }
        Generation generation = Generation.of(array(prompts))
                .promptSyntax(PromptSyntax.of(json.string("promptSyntax")))
                .clipSkip(json.integers("clipSkips").stream()
                        .mapToInt(Integer::intValue)
                        .toArray())
                .count(count)
                .seeds(json.wholeNumbers("seeds").stream()
                        .mapToLong(Long::longValue)
                        .toArray());
        generation = json.has("negativePrompts") ? generation.negativePrompt(texts("negativePrompts")) : generation;
        generation = json.has("secondPrompts") ? generation.secondPrompt(texts("secondPrompts")) : generation;
        return json.has("secondNegativePrompts")
                ? generation.secondNegativePrompt(texts("secondNegativePrompts"))
                : generation;
    }

    private String[] texts(String key) {
        return array(json.strings(key));
    }

    private static String[] array(Collection<String> texts) {
        return texts.toArray(String[]::new);
    }

    private Generation withSampling(Generation generation) {
        Generation sampled = json.optionalString("sampler")
                .map(Sampler::of)
                .map(generation::sampler)
                .orElse(generation)
                .steps(json.integer("steps"))
                .eta(json.number("eta"));
        return json.has("width") || json.has("height")
                ? sampled.size(json.integer("width"), json.integer("height"))
                : sampled;
    }

    private Generation withGuidance(Generation generation) {
        return generation
                .guidanceScale(json.number("guidanceScale"))
                .guidanceRescale(json.number("guidanceRescale"))
                .guidanceInterval(json.number("guidanceFrom"), json.number("guidanceTo"));
    }

    private static SizeConditioning sizeConditioning(JsonFile json) {
        return new SizeConditioning(
                sizes(json, "prompt"),
                sizes(json, "negativePrompt"),
                json.number("aestheticScore"),
                json.number("negativeAestheticScore"));
    }

    private static SizeConditioning.Sizes sizes(JsonFile json, String key) {
        List<Integer> sizes = integers(json, key, 6);
        return new SizeConditioning.Sizes(
                sizes.get(0), sizes.get(1), sizes.get(2), sizes.get(3), sizes.get(4), sizes.get(5));
    }

    private static HighResolution highResolution(JsonFile json) {
        return new HighResolution(
                json.integer("width"),
                json.integer("height"),
                json.oneOf("upscaling", HighResolution.Upscaling.class),
                json.has("steps") ? OptionalInt.of(json.integer("steps")) : OptionalInt.empty(),
                json.number("strength"));
    }

    static List<Integer> integers(JsonFile json, String key, int count) {
        List<Integer> integers = json.integers(key);
        if (integers.size() != count) {
            throw json.fault(key, String.format(Locale.ROOT, "has %d numbers, expected %d", integers.size(), count));
        }
        return integers;
    }
}
