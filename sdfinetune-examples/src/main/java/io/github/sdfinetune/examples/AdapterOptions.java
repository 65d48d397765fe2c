package io.github.sdfinetune.examples;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterRegistry;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Generation.WeightedAdapter;
import io.github.sdfinetune.RequestInputs;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The adapters of a generation: those that act in any case, and those that a prompt may name. */
final class AdapterOptions {
    /** Of two files with the same name the first of these counts. */
    private static final List<String> ENDINGS = List.of(".safetensors", ".pt", ".bin", ".ckpt", ".pth");

    @Option(
            names = "--adapter",
            paramLabel = "FILE[:SCALE]",
            description = "A LoRA or a learned word (textual inversion), and how strongly it acts, such as"
                    + " mug.safetensors:0.8. May be given several times. Default of the scale: 1.")
    private List<AdapterArgument> adapters = List.of();

    @Option(
            names = "--lora",
            paramLabel = "NAME=FILE",
            description = "A LoRA, or a learned word, that acts where the prompt holds <lora:NAME:0.8>. May be given"
                    + " several times.")
    private Map<String, Path> named = Map.of();

    @Option(
            names = "--lora-folder",
            paramLabel = "DIR",
            description = "A folder of such files, which the prompt may name by their names without .safetensors, .pt"
                    + " and the like. Only those are read.")
    private Optional<Path> loraFolder = Optional.empty();

    @Option(
            names = "--word-folder",
            paramLabel = "DIR",
            description = "A folder of learned words (textual inversion). Each acts where a prompt or negative prompt"
                    + " holds it.")
    private Optional<Path> wordFolder = Optional.empty();

    /**
     * An adapter that acts in any case.
     *
     * @param scale empty if none was given
     */
    record Given(Adapter adapter, Optional<Float> scale) {
        /** @param given those that the request has without it; one that is among them is not added again */
        Generation addTo(Generation generation, List<WeightedAdapter> given) {
            List<Float> saved = given.stream()
                    .filter(other -> other.adapter().hash().equals(adapter.hash()))
                    .map(WeightedAdapter::scale)
                    .toList();
            if (saved.isEmpty()) {
                return generation.with(adapter, scale.orElse(1f));
            }
            requireOneOf(saved);
            return generation;
        }

        /** Refuses a scale that a saved request does not have, which would not act. */
        private void requireOneOf(List<Float> saved) {
            if (scale.isPresent() && !saved.contains(scale.get())) {
                throw new OptionException(
                        "--adapter",
                        "the request of --from lets \"" + adapter.name() + "\" act with the scale "
                                + saved.stream().map(String::valueOf).collect(Collectors.joining(" and "))
                                + ", which can't be changed: expected the same, or FILE alone, was " + scale.get());
            }
        }
    }

    /** The adapters that were read. */
    record Loaded(AdapterRegistry registry, List<Given> acting) {

        /** For a saved request, which finds by their hashes those that act in any case. */
        RequestInputs addTo(RequestInputs inputs) {
            RequestInputs more = inputs.with(registry);
            for (Given each : acting) {
                more = more.with(each.adapter());
            }
            return more;
        }

        /**
         * The generation with all of them; those that a saved one has already are not added again.
         *
         * @throws OptionException if one is to act with another scale than in the saved one
         */
        Generation addTo(Generation generation) {
            Generation whole = generation.registry(registry);
            for (Given each : acting) {
                whole = each.addTo(whole, generation.adapters());
            }
            return whole;
        }
    }

    /** @param text in which the name of an adapter of a folder must stand; the others would only take memory */
    Loaded load(String text) {
        Map<String, Adapter> registry = new LinkedHashMap<>();
        Map<String, Path> inFolder = loraFolder.map(AdapterOptions::files).orElse(Map.of());
        inFolder.forEach((name, file) -> {
            if (text.contains(name)) {
                registry.put(name, Adapter.load(file));
            }
        });
        named.forEach((name, file) -> registry.put(name, Adapter.load(file)));
        List<Given> acting = new ArrayList<>();
        for (AdapterArgument each : adapters) {
            acting.add(new Given(Adapter.load(each.file()), each.scale()));
        }
        wordFolder.ifPresent(folder -> files(folder).values().stream()
                .map(Adapter::load)
                .filter(word -> holds(text, word.name())
                        && acting.stream()
                                .noneMatch(other -> other.adapter().name().equals(word.name())))
                .forEach(word -> acting.add(new Given(word, Optional.empty()))));
        acting.forEach(each -> registry.putIfAbsent(each.adapter().name(), each.adapter()));
        return new Loaded(AdapterRegistry.of(registry).suggesting(inFolder.keySet()), acting);
    }

    /** In any case, as the tokens of a word are found. */
    private static boolean holds(String text, String word) {
        return text.toLowerCase(Locale.ROOT).contains(word.toLowerCase(Locale.ROOT));
    }

    /** The adapters' files by their names without their endings. */
    private static Map<String, Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new ModelFormatException(
                    folder, Files.exists(folder) ? "is a file, expected a folder of adapters" : "no such folder");
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> sorted = entries.sorted().toList();
            Map<String, Path> files = new LinkedHashMap<>();
            for (String ending : ENDINGS) {
                for (Path file : sorted) {
                    String name = file.getFileName().toString();
                    if (name.endsWith(ending)) {
                        files.putIfAbsent(name.substring(0, name.length() - ending.length()), file);
                    }
                }
            }
            return files;
        } catch (IOException | UncheckedIOException e) {
            throw new ModelFormatException(folder, null, "can't be read as a folder of adapters: " + e, e);
        }
    }
}
