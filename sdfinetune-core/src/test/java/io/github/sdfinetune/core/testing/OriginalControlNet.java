package io.github.sdfinetune.core.testing;

import io.github.sdfinetune.core.weights.TensorSource;
import io.github.sdfinetune.core.weights.WeightEntry;
import io.github.sdfinetune.core.weights.WeightFiles;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names a ControlNet's tensors as lllyasviel's files do, for networks of two ResNet blocks per down block. */
public final class OriginalControlNet {
    private static final Pattern DOWN =
            Pattern.compile("down_blocks\\.(\\d)\\.(resnets|attentions|downsamplers)\\.(\\d)(\\..+)");
    private static final Pattern HINT = Pattern.compile("controlnet_cond_embedding\\.blocks\\.(\\d)(\\..+)");
    private static final int LAYERS = 2;

    private static final Map<String, String> STARTS = Map.of(
            "controlnet_cond_embedding.conv_in.", "input_hint_block.0.",
            "controlnet_cond_embedding.conv_out.", "input_hint_block.14.",
            "controlnet_mid_block.", "middle_block_out.0.",
            "conv_in.", "input_blocks.0.0.",
            "mid_block.resnets.0.", "middle_block.0.",
            "mid_block.attentions.0.", "middle_block.1.",
            "mid_block.resnets.1.", "middle_block.2.",
            "time_embedding.linear_1.", "time_embed.0.",
            "time_embedding.linear_2.", "time_embed.2.");

    private static final Map<String, String> IN_RESNETS = Map.of(
            ".norm1.", ".in_layers.0.",
            ".conv1.", ".in_layers.2.",
            ".time_emb_proj.", ".emb_layers.1.",
            ".norm2.", ".out_layers.0.",
            ".conv2.", ".out_layers.3.",
            ".conv_shortcut.", ".skip_connection.");

    private OriginalControlNet() {}

    /** The tensors by their original names. */
    public static Map<String, TensorSource> of(WeightFiles weights, String prefix) {
        Map<String, TensorSource> tensors = new TreeMap<>();
        for (WeightEntry entry : weights.entries()) {
            tensors.put(prefix + original(entry.name()), TensorSource.of(entry));
        }
        return tensors;
    }

    static String original(String name) {
        Matcher down = DOWN.matcher(name);
        if (down.matches()) {
            return down(Integer.parseInt(down.group(1)), down.group(2), Integer.parseInt(down.group(3)), down.group(4));
        }
        Matcher hint = HINT.matcher(name);
        if (hint.matches()) {
            return "input_hint_block." + 2 * (Integer.parseInt(hint.group(1)) + 1) + hint.group(2);
        }
        if (name.startsWith("controlnet_down_blocks.")) {
            return name.replaceFirst("controlnet_down_blocks\\.(\\d+)", "zero_convs.$1.0");
        }
        return STARTS.entrySet().stream()
                .filter(start -> name.startsWith(start.getKey()))
                .map(start -> start.getValue() + name.substring(start.getKey().length()))
                .map(moved -> name.contains("resnets") ? inResnet(moved) : moved)
                .findFirst()
                .orElseThrow();
    }

    private static String down(int block, String kind, int index, String rest) {
        int first = 1 + block * (LAYERS + 1);
        return switch (kind) {
            case "resnets" -> inResnet("input_blocks." + (first + index) + ".0" + rest);
            case "attentions" -> "input_blocks." + (first + index) + ".1" + rest;
            default -> "input_blocks." + (first + LAYERS) + ".0" + rest.replace(".conv.", ".op.");
        };
    }

    private static String inResnet(String name) {
        String found = name;
        for (Map.Entry<String, String> part : IN_RESNETS.entrySet()) {
            found = found.replace(part.getKey(), part.getValue());
        }
        return found;
    }
}
