package io.github.sdfinetune.lora;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.sdfinetune.core.weights.SafetensorsWriter;
import io.github.sdfinetune.core.weights.TensorSource;
import io.github.sdfinetune.error.OutputException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The files of diffusers' {@code save_lora_weights}: peft's keys, and peft's settings as JSON in the header, from which {@code
 * load_lora_weights} makes a {@code LoraConfig} for each component.
 */
final class DiffusersLayout {
    /** The header entry with the settings of peft. */
    static final String SETTINGS = "lora_adapter_metadata";

    private static final Gson JSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private DiffusersLayout() {}

    static String downKey(String layer) {
        return layer + ".lora_A.weight";
    }

    static String upKey(String layer) {
        return layer + ".lora_B.weight";
    }

    static void write(LoraAdapter adapter, Path target) {
        Map<String, TensorSource> tensors = new HashMap<>();
        for (LoraModule module : adapter.modules()) {
            if (module.path().matches("(input_blocks|middle_block|output_blocks|time_embed|label_emb)\\..+")) {
                throw new OutputException(
                        target,
                        "diffusers' layout has no name for " + module.layer() + ", which " + adapter.file()
                                + " numbers as original checkpoints do; use kohya's layout",
                        null);
            }
            tensors.put(downKey(module.layer()), Tensors.down(module));
            tensors.put(upKey(module.layer()), Tensors.up(module));
        }
        SafetensorsWriter.write(target, tensors, Map.of("format", "pt", SETTINGS, JSON.toJson(settings(adapter))));
    }

    private static Map<String, Object> settings(LoraAdapter adapter) {
        Map<String, Object> settings = new TreeMap<>();
        adapter.modules().stream()
                .collect(Collectors.groupingBy(LoraModule::component))
                .forEach((component, modules) -> {
                    int rank = mostCommon(modules, LoraModule::rank);
                    double alpha = mostCommon(modules, LoraModule::alpha);
                    settings.put(component + ".r", rank);
                    settings.put(component + ".lora_alpha", number(alpha));
                    settings.put(component + ".lora_dropout", adapter.dropout());
                    settings.put(
                            component + ".target_modules",
                            modules.stream()
                                    .map(DiffusersLayout::target)
                                    .sorted()
                                    .toList());
                    putOverrides(settings, component + ".rank_pattern", modules, LoraModule::rank, rank);
                    putOverrides(settings, component + ".alpha_pattern", modules, LoraModule::alpha, alpha);
                });
        return settings;
    }

    /** Whole paths, which peft matches at their end. Not all versions of transformers have {@code text_model} in theirs. */
    private static String target(LoraModule module) {
        String path = module.path();
        return path.startsWith("text_model.") ? path.substring("text_model.".length()) : path;
    }

    private static <T extends Number & Comparable<T>> T mostCommon(
            Collection<LoraModule> modules, Function<LoraModule, T> value) {
        return modules.stream()
                .collect(Collectors.groupingBy(value, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }

    private static <T extends Number> void putOverrides(
            Map<String, Object> settings,
            String key,
            List<LoraModule> modules,
            Function<LoraModule, T> value,
            T usual) {
        Map<String, Number> overrides = new TreeMap<>();
        for (LoraModule module : modules) {
            if (!value.apply(module).equals(usual)) {
                overrides.put(target(module), number(value.apply(module).doubleValue()));
            }
        }
        if (!overrides.isEmpty()) {
            settings.put(key, overrides);
        }
    }

    /** As Python would print it: {@code 4} rather than {@code 4.0}. */
    private static Number number(double value) {
        if (value == (int) value) {
            return (int) value;
        }
        return value;
    }
}
