package io.github.sdfinetune.core.text;

import io.github.sdfinetune.core.config.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The tokens of a tokenizer folder that have a role, and the length that prompts are padded to. */
record SpecialTokens(Token start, Token end, Token pad, int maxLength) {
    private static final int CLIP_LENGTH = 77;
    private static final int LARGEST_LENGTH = 1 << 16;

    /** Above this a length means "not said", for which Python's transformers writes 10³⁰. */
    private static final double UNSET_LENGTH = 1e20;

    /** @param normalized see {@link AddedToken} */
    record Token(String content, boolean normalized) {}

    /**
     * Reads {@code special_tokens_map.json} and, for what that lacks, {@code tokenizer_config.json}; what neither says is as in
     * SD 1.x, which pads with the end token.
     */
    static SpecialTokens read(Path folder) {
        List<JsonFile> files = Stream.of("special_tokens_map.json", "tokenizer_config.json")
                .map(folder::resolve)
                .filter(Files::exists)
                .map(JsonFile::read)
                .toList();
        Token start = token(files, "bos_token", new Token("<|startoftext|>", false));
        Token end = token(files, "eos_token", new Token("<|endoftext|>", false));
        Token pad = token(files, "pad_token", end);
        return new SpecialTokens(start, end, pad, maxLength(files));
    }

    /** All three; one that has two roles is found in any case only if both its mentions allow it, as in Python's transformers. */
    Stream<Token> distinct() {
        List<Token> all = List.of(start, end, pad);
        return all.stream()
                .map(token -> new Token(
                        token.content,
                        all.stream()
                                .filter(other -> other.content.equals(token.content))
                                .allMatch(Token::normalized)))
                .distinct();
    }

    private static Token token(List<JsonFile> files, String key, Token otherwise) {
        return files.stream()
                .filter(file -> file.has(key))
                .findFirst()
                .map(file -> token(file, key))
                .orElse(otherwise);
    }

    private static Token token(JsonFile file, String key) {
        if (!file.isObject(key)) {
            return new Token(file.string(key), false);
        }
        JsonFile token = file.object(key);
        return new Token(token.string("content"), token.flag("normalized", false));
    }

    private static int maxLength(List<JsonFile> files) {
        String key = "model_max_length";
        for (JsonFile file : files) {
            if (file.has(key) && file.number(key) < UNSET_LENGTH) {
                int length = file.integer(key);
                if (length < 2 || length > LARGEST_LENGTH) {
                    throw file.fault(key, "is " + length + ", expected 2 to " + LARGEST_LENGTH + " (CLIP has 77)");
                }
                return length;
            }
        }
        return CLIP_LENGTH;
    }
}
