package io.github.sdfinetune.lora;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the name of a tensor in a LoRA file says.
 *
 * @param layer as in {@link LoraModule#layer()}
 */
record FactorKey(String layer, Part part) {

    /** What a tensor is to its layer. */
    enum Part {
        DOWN,
        UP,
        ALPHA;

        private static Part of(String word) {
            return switch (word) {
                case "A", "down" -> DOWN;
                case "B", "up" -> UP;
                default -> ALPHA;
            };
        }
    }

    /**
     * One way to spell keys.
     *
     * @param pattern of the whole key, with a group {@code part}
     * @param module what of it names the layer, in terms of its groups
     */
    private record Spelling(Pattern pattern, String module) {
        static Spelling of(String pattern, String module) {
            return new Spelling(Pattern.compile(pattern), module);
        }
    }

    private static final String FACTOR = "(?<part>down|up)\\.weight";

    /** The first that matches counts. */
    private static final List<Spelling> SPELLINGS = List.of(
            // peft; diffusers since version 0.22
            Spelling.of("(.+)\\.lora_(?<part>A|B)\\.weight", "$1"),
            // kohya's sd-scripts
            Spelling.of("(lora_(?:unet|te[12]?)_.+)\\.lora_" + FACTOR, "$1"),
            // the attention processors of diffusers 0.12 to 0.21; text encoders had layer names of their own
            Spelling.of("(.+)\\.processor\\.(to_[qkv])_lora\\." + FACTOR, "$1.$2"),
            Spelling.of("(.+)\\.processor\\.to_out_lora\\." + FACTOR, "$1.to_out.0"),
            Spelling.of("(.+\\.self_attn)\\.to_([qkv])_lora\\." + FACTOR, "$1.$2_proj"),
            Spelling.of("(.+\\.self_attn)\\.to_out_lora\\." + FACTOR, "$1.out_proj"),
            // between the two
            Spelling.of("(.+)\\.lora(?:_linear_layer)?\\." + FACTOR, "$1"),
            Spelling.of("(.+)\\.(?<part>alpha)", "$1"));

    /** What a key says, if it belongs to a LoRA of a UNet or of its text encoders. */
    static Optional<FactorKey> parse(String key) {
        for (Spelling spelling : SPELLINGS) {
            Matcher matcher = spelling.pattern().matcher(key);
            if (matcher.matches()) {
                Part part = Part.of(matcher.group("part"));
                return layer(matcher.replaceFirst(spelling.module())).map(layer -> new FactorKey(layer, part));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> layer(String module) {
        if (module.startsWith("lora_")) {
            return KohyaNames.layer(module);
        }
        if (module.startsWith("unet.") || module.startsWith("text_encoder.") || module.startsWith("text_encoder_2.")) {
            return Optional.of(module);
        }
        // Files of a single network: peft writes a prefix of its own, the first diffusers form none.
        String path = module.startsWith("base_model.model.") ? module.substring("base_model.model.".length()) : module;
        return Optional.of((path.startsWith("text_model.") ? "text_encoder." : "unet.") + path);
    }
}
