package io.github.sdfinetune.core.checkpoint;

import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files that make up a tokenizer. */
public final class TokenizerFiles {
    private static final List<String> NAMES = List.of(
            "vocab.json",
            "merges.txt",
            "added_tokens.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json");

    private TokenizerFiles() {}

    /**
     * Checks that a folder holds a tokenizer.
     *
     * @throws ModelFormatException if it does not
     */
    static void check(Path folder) {
        boolean complete = Files.exists(folder.resolve("tokenizer.json"))
                || Stream.of("vocab.json", "merges.txt").allMatch(name -> Files.exists(folder.resolve(name)));
        if (!complete) {
            throw new ModelFormatException(
                    folder, "holds no tokenizer, expected vocab.json and merges.txt, or tokenizer.json");
        }
    }

    /** Copies the tokenizer in one folder, and nothing else, to another that exists. */
    public static void copy(Path from, Path to) throws IOException {
        for (String name : NAMES) {
            if (Files.exists(from.resolve(name))) {
                Files.copy(from.resolve(name), to.resolve(name));
            }
        }
    }
}
