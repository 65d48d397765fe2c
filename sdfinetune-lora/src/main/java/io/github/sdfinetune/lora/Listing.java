package io.github.sdfinetune.lora;

import java.util.List;
import java.util.regex.Pattern;

/** Keys in messages. */
final class Listing {
    private static final int SHOWN = 10;

    /** SD 1.x and 2.x have one text encoder and one block in each transformer. */
    private static final Pattern SDXL =
            Pattern.compile("lora_te2_|text_encoder_2|transformer_blocks[._][1-9]|add_embedding");

    private Listing() {}

    /** The first keys, and what they look like. */
    static String first(List<String> keys) {
        String shown = String.join(", ", keys.subList(0, Math.min(SHOWN, keys.size())));
        boolean looksLikeSdxl = keys.stream().anyMatch(key -> SDXL.matcher(key).find());
        return shown + (keys.size() > SHOWN ? ", …" : "") + (looksLikeSdxl ? " (looks like SDXL)" : "");
    }
}
