package io.github.sdfinetune.core.layer;

import io.github.sdfinetune.core.tensor.Tensor;
import java.nio.file.Path;
import java.util.Map;

/**
 * A word that stands for learned vectors in the place of its tokens' (textual inversion, arXiv:2208.01618).
 *
 * @param file where they come from, for messages
 * @param word as prompts write it; one word or several
 * @param byEncoder the vectors for each text encoder by the name of its component, such as {@code text_encoder_2}: (vectors, dim),
 *     equally many
 */
public record LearnedWord(Path file, String word, Map<String, Tensor> byEncoder) {
    public LearnedWord {
        byEncoder = Map.copyOf(byEncoder);
    }
}
