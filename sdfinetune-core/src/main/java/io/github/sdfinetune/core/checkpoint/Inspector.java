package io.github.sdfinetune.core.checkpoint;

import io.github.sdfinetune.Inspection;
import io.github.sdfinetune.Prediction;
import io.github.sdfinetune.core.weights.WeightEntry;
import io.github.sdfinetune.core.weights.WeightFile;
import io.github.sdfinetune.core.weights.WeightFiles;
import io.github.sdfinetune.error.ModelFormatException;
import io.github.sdfinetune.error.SdFineTuneException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Tells what files and folders are. */
public final class Inspector {
    private static final int EXAMPLES = 5;
    private static final List<String> NETWORKS = List.of("unet", "vae", "text_encoder", "text_encoder_2");
    private static final List<String> WEIGHT_NAMES =
            List.of("diffusion_pytorch_model", "model", "adapter_model", "pytorch_lora_weights");

    private Inspector() {}

    /** See {@link Inspection#of(Path)}. */
    public static Inspection inspect(Path path) {
        if (!Files.exists(path)) {
            throw new ModelFormatException(path, "no such file or folder");
        }
        if (!Files.isDirectory(path)) {
            return file(path);
        }
        return Files.exists(path.resolve(DiffusersFolder.INDEX)) ? model(path) : component(path);
    }

    private static Inspection file(Path path) {
        TensorFile file = TensorFile.open(path);
        String format = WeightFile.isTorch(path) ? "torch, a pickle" : "safetensors";
        Optional<Family> family = Family.of(file.names());
        List<String> problems = new ArrayList<>();
        List<Inspection.Part> parts = List.of(part("tensors", file.entries().values()));
        String kind = family.map(known -> known + ", one file").orElseGet(() -> FileKind.of(file.entries()));
        if (family.isPresent()) {
            Optional<SingleFileCheckpoint> opened = attempt(
                    problems,
                    () -> SingleFileCheckpoint.of(file, Optional.empty(), Optional.empty(), Optional.empty()));
            if (opened.isPresent()) {
                SingleFileCheckpoint checkpoint = opened.get();
                kind += (checkpoint.isInpainting() ? ", inpainting" : "") + prediction(checkpoint.prediction());
                parts = networks(checkpoint, problems);
                attempt(problems, () -> checkpoint.config("unet"));
            }
        }
        return new Inspection(path, kind, format, parts, file.metadata(), problems);
    }

    private static String prediction(Prediction prediction) {
        return switch (prediction) {
            case EPSILON -> "";
            case V_PREDICTION -> ", v-prediction";
            case SAMPLE -> ", prediction of clean latents";
            case FLOW_PREDICTION -> throw new IllegalStateException("no file is taken for flow matching");
        };
    }

    private static Inspection model(Path path) {
        DiffusersFolder folder = new DiffusersFolder(path);
        List<String> problems = new ArrayList<>();
        List<Inspection.Part> parts = networks(folder, problems);
        attempt(problems, () -> folder.config("scheduler"));
        for (String tokenizer : List.of("tokenizer", "tokenizer_2")) {
            if (folder.has(tokenizer)) {
                attempt(problems, () -> TokenizerFiles.check(folder.tokenizer(tokenizer)));
            }
        }
        String pipeline = folder.index().string("_class_name", "pipeline of unknown class");
        return new Inspection(path, pipeline, "folder in diffusers' layout", parts, Map.of(), problems);
    }

    private static List<Inspection.Part> networks(ModelSource source, List<String> problems) {
        List<Inspection.Part> parts = new ArrayList<>();
        for (String network : NETWORKS) {
            if (source.has(network)) {
                attempt(problems, () -> source.weights(network, Optional.empty()))
                        .ifPresent(weights -> parts.add(part(network, weights.entries())));
                if (source instanceof DiffusersFolder) {
                    attempt(problems, () -> source.config(network));
                }
            }
        }
        return parts;
    }

    /** A folder that is no model may be a part of one, or hold an adapter. */
    private static Inspection component(Path path) {
        for (String name : WEIGHT_NAMES) {
            if (hasWeights(path, name)) {
                WeightFiles weights = WeightFiles.open(path, name, Optional.empty());
                Map<String, WeightEntry> entries = new TreeMap<>();
                weights.entries().forEach(entry -> entries.put(entry.name(), entry));
                return new Inspection(
                        path,
                        FileKind.of(entries),
                        "folder with " + name,
                        List.of(part("tensors", weights.entries())),
                        Map.of(),
                        List.of());
            }
        }
        throw new ModelFormatException(
                path,
                "is a folder without " + DiffusersFolder.INDEX
                        + " and without weights, expected a model or a component");
    }

    private static boolean hasWeights(Path folder, String name) {
        String[] names = folder.toFile().list((parent, file) -> file.matches(name + "\\..*safetensors(\\..*)?"));
        return names != null && names.length > 0;
    }

    private static Inspection.Part part(String name, Collection<WeightEntry> entries) {
        Map<String, Integer> types = new TreeMap<>();
        entries.forEach(entry -> types.merge(entry.dtype().name(), 1, Integer::sum));
        return new Inspection.Part(
                name,
                entries.size(),
                entries.stream().mapToLong(WeightEntry::elements).sum(),
                types,
                entries.stream()
                        .limit(EXAMPLES)
                        .map(entry -> entry.name() + " " + entry.dtype() + " " + entry.shape())
                        .toList());
    }

    private static void attempt(List<String> problems, Runnable action) {
        attempt(problems, () -> {
            action.run();
            return true;
        });
    }

    private static <T> Optional<T> attempt(List<String> problems, Supplier<T> action) {
        try {
            return Optional.of(action.get());
        } catch (SdFineTuneException e) {
            problems.add(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
