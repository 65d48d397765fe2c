package io.github.sdfinetune.examples;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterRegistry;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The adapters of a generation: those that act in any case, and those that a prompt may name. */
final class AdapterOptions {
    private static final String ENDING = ".safetensors";

    @Option(
            names = "--adapter",
            paramLabel = "FILE[:SCALE]",
            description = "A LoRA file and how strongly it acts, such as mug.safetensors:0.8. May be given several"
                    + " times. Default of the scale: 1.")
    private List<AdapterArgument> adapters = List.of();

    @Option(
            names = "--lora",
            paramLabel = "NAME=FILE",
            description = "A LoRA file that the prompt may name, as <lora:NAME:0.8>. May be given several times.")
    private Map<String, Path> named = Map.of();

    @Option(
            names = "--lora-folder",
            paramLabel = "DIR",
            description = "A folder of LoRA files that the prompt may name by their names without .safetensors.")
    private Optional<Path> folder = Optional.empty();

    /** The adapters that were read. */
    record Loaded(AdapterRegistry registry, List<Generation.WeightedAdapter> acting) {

        /** The generation with all of them; those that a saved one has already are not added again. */
        Generation addTo(Generation generation) {
            Generation whole = generation.registry(registry);
            for (Generation.WeightedAdapter each : acting) {
                boolean there = generation.adapters().stream()
                        .anyMatch(other ->
                                other.adapter().name().equals(each.adapter().name()));
                whole = there ? whole : whole.with(each.adapter(), each.scale());
            }
            return whole;
        }
    }

    /** @param text in which a LoRA of the folder must stand to be read; the others would only take memory */
    Loaded load(String text) {
        Map<String, Adapter> registry = new LinkedHashMap<>();
        folder.ifPresent(each -> files(each).forEach((name, file) -> {
            if (text.contains(name)) {
                registry.put(name, Adapter.load(file));
            }
        }));
        named.forEach((name, file) -> registry.put(name, Adapter.load(file)));
        List<Generation.WeightedAdapter> acting = adapters.stream()
                .map(each -> new Generation.WeightedAdapter(Adapter.load(each.file()), each.scale()))
                .toList();
        acting.forEach(each -> registry.putIfAbsent(each.adapter().name(), each.adapter()));
        return new Loaded(AdapterRegistry.of(registry), acting);
    }

    private static Map<String, Path> files(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            Map<String, Path> files = new LinkedHashMap<>();
            entries.sorted().forEach(file -> {
                String name = file.getFileName().toString();
                if (name.endsWith(ENDING)) {
                    files.put(name.substring(0, name.length() - ENDING.length()), file);
                }
            });
            return files;
        } catch (IOException e) {
            throw new ModelFormatException(folder, null, "can't be read as a folder of LoRA files: " + e, e);
        }
    }
}
