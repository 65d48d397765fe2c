package io.github.sdfinetune.core.inspect;

import io.github.sdfinetune.Inspection;
import io.github.sdfinetune.core.checkpoint.DiffusersFolder;
import io.github.sdfinetune.core.checkpoint.FileKind;
import io.github.sdfinetune.core.layer.AdapterProvider;
import io.github.sdfinetune.core.weights.WeightEntry;
import io.github.sdfinetune.core.weights.WeightFiles;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Tells what a folder is that says nothing of itself: an adapter, weights without their configuration, files of any kind. */
final class LooseFolder {
    private static final String FORMAT = "folder";
    private static final String PEFT_SETTINGS = "adapter_config.json";
    private static final int MOST_NAMES = 8;

    /** How weight files begin, and the base name that {@link WeightFiles} knows them by; the first of which there are some counts. */
    private static final List<Map.Entry<String, String>> NAMES = List.of(
            Map.entry("adapter_model", "adapter_model"),
            Map.entry("diffusion_pytorch_model", "diffusion_pytorch_model"),
            Map.entry("model", "model"),
            Map.entry("pytorch_model", "model"),
            Map.entry("pytorch_lora_weights", "pytorch_lora_weights"));

    private final Path folder;
    private final List<String> names;
    private final Findings findings;

    private LooseFolder(Path folder) {
        this.folder = folder;
        names = names(folder);
        findings = new Findings(folder);
    }

    static Inspection inspect(Path folder, AdapterProvider adapters) {
        LooseFolder loose = new LooseFolder(folder);
        return NAMES.stream()
                .filter(name -> loose.hasWeights(name.getKey()))
                .findFirst()
                .map(name -> loose.weights(name.getValue(), adapters))
                .orElseGet(loose::listing);
    }

    private static List<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> folder.relativize(file) + (Files.isDirectory(file) ? "/" : ""))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new ModelFormatException(folder, null, "can't be read: " + e, e);
        }
    }

    private boolean hasWeights(String start) {
        return names.stream().anyMatch(name -> name.startsWith(start + ".") || name.startsWith(start + "-"));
    }

    private Inspection weights(String baseName, AdapterProvider adapters) {
        Optional<WeightFiles> opened = findings.attempt(() -> WeightFiles.open(folder, baseName, Optional.empty()));
        return opened.map(files -> tensors(files, adapters)).orElseGet(this::listing);
    }

    private Inspection tensors(WeightFiles files, AdapterProvider adapters) {
        Map<String, WeightEntry> entries = new LinkedHashMap<>();
        files.entries().forEach(entry -> entries.put(entry.name(), entry));
        FileKind kind = FileKind.of(entries);
        new TensorNotes(files.entries(), Map.of()).of(kind).forEach(findings::note);
        findings.part(ModelNetworks.partName("tensors", files), files.files(), files.entries());
        if (kind.role() == FileKind.Role.ADAPTER) {
            Path adapter =
                    names.contains(PEFT_SETTINGS) ? folder : files.files().get(0);
            findings.attempt(() -> adapters.check(adapter));
        } else {
            findings.problem("has no config.json, which says what network the weights are of");
        }
        return findings.inspection(kind.label(), FORMAT, findings.use(kind));
    }

    private Inspection listing() {
        String listed = String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())))
                + (names.size() > MOST_NAMES ? ", … (" + names.size() + " in all)" : "");
        findings.note(names.isEmpty() ? "is empty" : "holds " + listed);
        findings.problem("has neither a " + DiffusersFolder.INDEX
                + ", as a model has, nor a config.json, as a component has, nor weights of a name that is known");
        return findings.inspection(
                "folder of no known kind", FORMAT, "not known here; if it holds files of weights, inspect these");
    }
}
