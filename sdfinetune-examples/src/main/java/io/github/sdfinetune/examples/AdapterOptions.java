package io.github.sdfinetune.examples;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterRegistry;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Generation.WeightedAdapter;
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

    /** The adapters that were read. */
    record Loaded(AdapterRegistry registry, List<WeightedAdapter> acting) {

        /** The generation with all of them; those that a saved one has already are not added again. */
        Generation addTo(Generation generation) {
            Generation whole = generation.registry(registry);
            for (WeightedAdapter each : acting) {
                boolean there = generation.adapters().stream()
                        .anyMatch(other ->
                                other.adapter().name().equals(each.adapter().name()));
                whole = there ? whole : whole.with(each.adapter(), each.scale());
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
        List<WeightedAdapter> acting = new ArrayList<>();
        adapters.forEach(each -> acting.add(new WeightedAdapter(Adapter.load(each.file()), each.scale())));
        wordFolder.ifPresent(folder -> files(folder).values().stream()
                .map(Adapter::load)
                .filter(word -> holds(text, word.name()))
                .forEach(word -> acting.add(new WeightedAdapter(word, 1))));
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
