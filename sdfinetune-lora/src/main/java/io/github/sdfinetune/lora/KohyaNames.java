package io.github.sdfinetune.lora;

import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The names of kohya's sd-scripts, in which every dot of a layer's name has become an underscore. */
final class KohyaNames {
    /** What stands for the components; files for SDXL number the text encoders. */
    private static final Map<String, String> COMPONENTS = Map.of(
            "lora_unet_", "unet.",
            "lora_te_", "text_encoder.",
            "lora_te1_", "text_encoder.",
            "lora_te2_", "text_encoder_2.");

    /** A part of a path: a word that has underscores by itself, or what stands between two of them. */
    private static final Pattern SEGMENT = Pattern.compile("(down_blocks|mid_block|up_blocks"
            + "|input_blocks|middle_block|output_blocks|transformer_blocks|proj_in|proj_out|to_[qkv]|to_out"
            + "|conv_in|conv_out|conv_shortcut|time_emb_proj|time_embedding|add_embedding|linear_[12]"
            + "|time_embed|label_emb|emb_layers|skip_connection"
            + "|text_model|self_attn|[qkv]_proj|out_proj|text_projection|[^_]+)(?:_|$)");

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

    /** The name of a layer of a model with one text encoder; that of a second one is numbered all the same. */
    static String of(String layer) {
        return named(layer, "te");
    }

    /** The name of a layer of a model with two text encoders. */
    static String ofSdxl(String layer) {
        return named(layer, "te1");
    }

    private static String named(String layer, String textEncoder) {
        int dot = layer.indexOf('.');
        String component = switch (layer.substring(0, dot)) {
            case "text_encoder" -> textEncoder;
            case "text_encoder_2" -> "te2";
            default -> "unet";
        };
        return ("lora_" + component + layer.substring(dot)).replace('.', '_');
    }
}
