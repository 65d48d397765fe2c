package io.github.sdfinetune.lora;

import java.util.List;

/** Keys in messages. */
final class Listing {
    private static final int SHOWN = 10;

    private Listing() {}

    /** The first keys. */
    static String first(List<String> keys) {
        return String.join(", ", keys.subList(0, Math.min(SHOWN, keys.size()))) + (keys.size() > SHOWN ? ", …" : "");
    }
}
