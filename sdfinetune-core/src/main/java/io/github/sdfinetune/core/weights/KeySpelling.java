package io.github.sdfinetune.core.weights;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How published files of a network spell the names of its weights, and which entries they carry that are no weights.
 *
 * @param replacements parts of names and what older files have in their place
 * @param buffers endings of entries that hold constants
 */
public record KeySpelling(Map<String, String> replacements, List<String> buffers) {

    /** Names as they are now. */
    public static KeySpelling current() {
        return new KeySpelling(Map.of(), List.of());
    }

    /** The VAE: up to diffusers 0.17 its attention had names of its own. */
    public static KeySpelling vae() {
        return new KeySpelling(
                Map.of(".to_q.", ".query.", ".to_k.", ".key.", ".to_v.", ".value.", ".to_out.0.", ".proj_attn."),
                List.of());
    }

    /** The text encoder: transformers from 5.6 on leaves the prefix out; older files carry the positions' numbers. */
    public static KeySpelling textEncoder() {
        return new KeySpelling(Map.of("text_model.", ""), List.of("embeddings.position_ids"));
    }

    /** The entry that holds the weights of a name, or null if there is none. */
    @Nullable
    String find(String name, Set<String> entries) {
        if (entries.contains(name)) {
            return name;
        }
        for (Map.Entry<String, String> replacement : replacements.entrySet()) {
            String older = name.replace(replacement.getKey(), replacement.getValue());
            if (!older.equals(name) && entries.contains(older)) {
                return older;
            }
        }
        return null;
    }

    boolean isBuffer(String entry) {
        return buffers.stream().anyMatch(entry::endsWith);
    }
}
