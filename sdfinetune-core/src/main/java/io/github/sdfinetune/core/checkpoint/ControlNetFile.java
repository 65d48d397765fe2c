package io.github.sdfinetune.core.checkpoint;

import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.Prediction;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.weights.WeightEntry;
import io.github.sdfinetune.core.weights.WeightFiles;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A ControlNet in one file: in the original layout, with its prefix or without and perhaps beside the model that it was trained on,
 * or with diffusers' names. Its configuration is told from its shapes.
 */
public final class ControlNetFile {
    private static final String PREFIX = "control_model.";
    private static final String ORIGINAL_MARK = "input_hint_block.0.weight";
    private static final String DIFFUSERS_MARK = "controlnet_cond_embedding.conv_in.weight";
    private static final String SUPPORTED =
            "supported are whole ControlNets of Stable Diffusion 1.x, 2.x and XL, in the original or diffusers' layout";
    private static final List<String> BASE =
            List.of("model.diffusion_model.", "first_stage_model.", "cond_stage_model.");

    /** What else steers a generation by a picture; a file is of the first kind of which it has a key. */
    private enum Other {
        DIFFERENCE("a ControlNet as difference from its base model, which would have to be added to it", "difference"),
        CONTROL_LORA("a Control-LoRA", "lora_controlnet"),
        LLLITE("a ControlNet-LLLite", "lllite_.+"),
        UNION("a ControlNet Union", "(control_model\\.)?(control_add_embedding\\..+|task_embedding)"),
        ADAPTER("a T2I-Adapter", "(adapter\\.)?body\\.\\d+\\..+"),
        TRANSFORMER(
                "a ControlNet of Stable Diffusion 3, Flux or another transformer",
                "(controlnet_(blocks|single_blocks|x_embedder)|pos_embed_input)\\..+");

        private final String label;
        private final Pattern key;

        Other(String label, String key) {
            this.label = label;
            this.key = Pattern.compile(key);
        }
    }

    private final TensorFile file;

    private ControlNetFile(TensorFile file) {
        this.file = file;
    }

    /**
     * Opens a file.
     *
     * @param options of which {@code configs} is a folder whose {@code config.json} counts instead of what is told from the file
     * @throws ModelFormatException if it is missing, damaged, of another kind, or holds tensors of no known use
     */
    public static Component open(Path path, LoadOptions options) {
        return of(TensorFile.open(path), options);
    }

    static Component of(TensorFile file, LoadOptions options) {
        Path path = file.path();
        file.refuse(options.variant());
        ControlNetFile controlNet = new ControlNetFile(file);
        controlNet.refuseOthers();
        List<WeightEntry> entries = controlNet.entries();
        JsonFile config = options.configs()
                .map(folder -> JsonFile.read(folder.resolve("config.json")))
                .orElseGet(() -> JsonFile.of(path, inferredConfig(path, entries)));
        return new Component(config, WeightFiles.of(path, entries));
    }

    private void refuseOthers() {
        for (Other other : Other.values()) {
            file.names().stream()
                    .filter(name -> other.key.matcher(name).matches())
                    .findFirst()
                    .ifPresent(name -> {
                        throw new ModelFormatException(
                                file.path(), name, "is " + other.label + " (has '" + name + "'); " + SUPPORTED);
                    });
        }
    }

    private List<WeightEntry> entries() {
        if (file.names().contains(PREFIX + ORIGINAL_MARK)) {
            return original(PREFIX);
        }
        if (file.names().contains(ORIGINAL_MARK)) {
            return original("");
        }
        if (file.names().contains(DIFFUSERS_MARK)) {
            return List.copyOf(file.entries().values());
        }
        String kind = Family.of(file.names())
                .map(Family::label)
                .orElseGet(() -> FileKind.of(file.entries()).label());
        throw new ModelFormatException(file.path(), "looks like: " + kind + ", no ControlNet; " + SUPPORTED);
    }

    private List<WeightEntry> original(String prefix) {
        Set<String> names = file.names().stream()
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .collect(Collectors.toSet());
        LayerTable table = LayerTables.controlNet(UNetBlocks.ofOriginal(names), hintConvolutions(names));
        List<WeightEntry> entries = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (WeightEntry entry : file.entries().values()) {
            String name = entry.name();
            Optional<KeyMapping> mapping =
                    name.startsWith(prefix) ? table.ofOriginal(name.substring(prefix.length())) : Optional.empty();
            mapping.ifPresentOrElse(
                    found -> entries.addAll(found.operation().toDiffusers(entry, found.diffusers())), () -> {
                        if (!isOfBase(name)) {
                            unknown.add(name);
                        }
                    });
        }
        file.refuse(unknown, "a ControlNet");
        return entries;
    }

    /** Between the convolutions of the hint stand activations without weights. */
    private static int hintConvolutions(Set<String> names) {
        int count = 0;
        while (names.contains("input_hint_block." + 2 * count + ".weight")) {
            count++;
        }
        return count;
    }

    /** The first ControlNets that were published stand beside the model that they steer. */
    private static boolean isOfBase(String name) {
        return ExtraKeys.isExtra(name) || BASE.stream().anyMatch(name::startsWith);
    }

    private static Map<String, Object> inferredConfig(Path path, List<WeightEntry> entries) {
        Map<String, WeightEntry> byName = new LinkedHashMap<>();
        entries.forEach(entry -> byName.put(entry.name(), entry));
        Shapes shapes = new Shapes(path, byName);
        return new InferredConfigs(family(shapes), false, Prediction.EPSILON, false).controlNet(shapes);
    }

    private static Family family(Shapes shapes) {
        if (shapes.has("add_embedding.linear_1.weight")) {
            return Family.SDXL;
        }
        return shapes.dimensions("mid_block.attentions.0.proj_in.weight") == 2 ? Family.SD2 : Family.SD1;
    }
}
