package io.github.sdfinetune.core.text;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokens of a byte pair encoding (Sennrich et al. 2016, arXiv:1508.07909) in CLIP's form, and how pairs of them are joined.
 *
 * @param file where the ids stand, for errors
 * @param ids of all tokens: each number from 0 up once
 * @param merges two tokens with a space between them, those joined first in front
 * @param added the tokens that are found in a prompt as a whole, where the files say so
 */
record Vocabulary(Path file, Map<String, Integer> ids, List<String> merges, List<AddedToken> added) {
    private static final long LARGEST_FILE = 64L << 20;

    Vocabulary {
        String[] tokens = new String[ids.size()];
        ids.forEach((token, id) -> {
            if (id < 0 || id >= tokens.length) {
                throw fault(file, token, "has the id " + id + ", expected 0 to " + (tokens.length - 1));
            } else if (tokens[id] != null) {
                throw fault(file, token, "has the id " + id + ", which \"" + tokens[id] + "\" has too");
            }
            tokens[id] = token;
        });
        for (String symbol : ByteSymbols.inOrderOfIds()) {
            require(file, ids, symbol, "every byte needs a symbol, alone and at the end of a word");
        }
    }

    /**
     * Reads {@code tokenizer.json} or, if there is none, {@code vocab.json} and {@code merges.txt}, with {@code added_tokens.json} if
     * there is one.
     */
    static Vocabulary read(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new ModelFormatException(folder, "no such folder");
        }
        Path single = folder.resolve("tokenizer.json");
        Path tokens = folder.resolve("vocab.json");
        if (Files.exists(single)) {
            return ofTokenizerJson(JsonFile.read(single));
        } else if (Files.exists(tokens)) {
            return ofThreeFiles(
                    JsonFile.read(tokens), folder.resolve("added_tokens.json"), folder.resolve("merges.txt"));
        }
        throw new ModelFormatException(
                folder, "holds no tokenizer, expected the files vocab.json and merges.txt, or tokenizer.json");
    }

    /**
     * The id of a token.
     *
     * @param purpose what needs it, for the error if it is missing
     */
    int idOf(String token, String purpose) {
        return require(file, ids, token, purpose);
    }

    private static Vocabulary ofTokenizerJson(JsonFile json) {
        JsonFile model = json.object("model");
        model.oneOf("type", Map.of("BPE", true), true);
        model.oneOf("end_of_word_suffix", Map.of(ByteSymbols.END_OF_WORD, true), true);
        List<AddedToken> added = new ArrayList<>();
        for (JsonFile token : json.has("added_tokens") ? json.objects("added_tokens") : List.<JsonFile>of()) {
            added.add(new AddedToken(token.string("content"), token.integer("id"), token.flag("normalized", true)));
        }
        Map<String, Integer> ids = ids(model.object("vocab"), added);
        List<String> merges = merges(model);
        for (int i = 0; i < merges.size(); i++) {
            requireMerge(json.path(), "'model.merges[" + i + "]'", merges.get(i), ids);
        }
        return new Vocabulary(json.path(), ids, merges, added);
    }

    /** A merge is "a b" in older files, ["a", "b"] in those written since tokenizers 0.20. */
    private static List<String> merges(JsonFile model) {
        if (!model.isListOfLists("merges")) {
            return model.strings("merges");
        }
        return model.stringLists("merges").stream()
                .map(pair -> String.join(" ", pair))
                .toList();
    }

    private static Vocabulary ofThreeFiles(JsonFile tokens, Path addedFile, Path mergesFile) {
        List<AddedToken> added = new ArrayList<>();
        if (Files.exists(addedFile)) {
            JsonFile json = JsonFile.read(addedFile);
            json.keys().forEach(token -> added.add(new AddedToken(token, json.integer(token), true)));
        }
        Map<String, Integer> ids = ids(tokens, added);
        return new Vocabulary(tokens.path(), ids, merges(mergesFile, ids), added);
    }

    private static List<String> merges(Path file, Map<String, Integer> ids) {
        List<String> merges = new ArrayList<>();
        List<String> lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean header = i == 0 && line.startsWith("#version");
            if (!header && !line.isEmpty()) {
                requireMerge(file, "line " + (i + 1), line, ids);
                merges.add(line);
            }
        }
        return merges;
    }

    private static List<String> lines(Path file) {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw new ModelFormatException(file, "larger than 64 MiB, no list of merges is");
            }
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            throw new ModelFormatException(file, null, "no such file, but vocab.json needs it", e);
        } catch (CharacterCodingException e) {
            throw new ModelFormatException(file, null, "not encoded in UTF-8", e);
        } catch (IOException e) {
            throw new ModelFormatException(file, null, "can't be read: " + e, e);
        }
    }

    private static Map<String, Integer> ids(JsonFile tokens, List<AddedToken> added) {
        Map<String, Integer> ids = new HashMap<>();
        tokens.keys().forEach(token -> ids.put(token, tokens.integer(token)));
        for (AddedToken token : added) {
            Integer other = ids.put(token.content(), token.id());
            if (other != null && other != token.id()) {
                throw fault(
                        tokens.path(), token.content(), "has the id " + other + ", as an added token " + token.id());
            }
        }
        return ids;
    }

    private static void requireMerge(Path file, String where, String merge, Map<String, Integer> ids) {
        int space = merge.indexOf(' ');
        if (space < 1 || space != merge.lastIndexOf(' ') || space == merge.length() - 1) {
            throw new ModelFormatException(
                    file, where + ": expected two tokens with one space between them, found \"" + merge + "\"");
        }
        String left = merge.substring(0, space);
        String right = merge.substring(space + 1);
        for (String token : List.of(left, right, left + right)) {
            require(file, ids, token, where + " needs it");
        }
    }

    private static int require(Path file, Map<String, Integer> ids, String token, String purpose) {
        Integer id = ids.get(token);
        if (id == null) {
            throw fault(file, token, "is not in the vocabulary; " + purpose);
        }
        return id;
    }

    private static ModelFormatException fault(Path file, String token, String problem) {
        return new ModelFormatException(file, token, "token \"" + token + "\" " + problem);
    }
}
