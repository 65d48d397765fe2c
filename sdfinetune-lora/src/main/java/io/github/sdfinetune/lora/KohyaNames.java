package io.github.sdfinetune.lora;

import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The names of kohya's sd-scripts, in which every dot of a layer's name has become an underscore. */
final class KohyaNames {
    /** What stands for the components; {@code te1} is what SDXL files call their first text encoder. */
    private static final Map<String, String> COMPONENTS =
            Map.of("lora_unet_", "unet.", "lora_te_", "text_encoder.", "lora_te1_", "text_encoder.");

    /** A part of a path: a word that has underscores by itself, or what stands between two of them. */
    private static final Pattern SEGMENT = Pattern.compile("(down_blocks|mid_block|up_blocks"
            + "|input_blocks|middle_block|output_blocks|transformer_blocks|proj_in|proj_out|to_[qkv]|to_out"
            + "|conv_in|conv_out|conv_shortcut|time_emb_proj|time_embedding|linear_[12]"
            + "|text_model|self_attn|[qkv]_proj|out_proj|[^_]+)(?:_|$)");

    private KohyaNames() {}

    /**
     * The layer of a name such as {@code lora_unet_mid_block_attentions_0_proj_in}. Where its dots were is a guess for words
     * that no Stable Diffusion model has.
     */
    static Optional<String> layer(String module) {
        return COMPONENTS.entrySet().stream()
                .filter(component -> module.startsWith(component.getKey()))
                .map(component -> component.getValue()
                        + path(module.substring(component.getKey().length())))
                .findFirst();
    }

    private static String path(String flat) {
        return SEGMENT.matcher(flat)
                .results()
                .map((MatchResult segment) -> segment.group(1))
                .collect(Collectors.joining("."));
    }

    /** The name of a layer. */
    static String of(String layer) {
        return (layer.startsWith("text_encoder.")
                        ? "lora_te_" + layer.substring("text_encoder.".length())
                        : "lora_" + layer)
                .replace('.', '_');
    }
}
