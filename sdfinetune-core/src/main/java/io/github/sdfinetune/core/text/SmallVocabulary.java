package io.github.sdfinetune.core.text;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.sdfinetune.core.file.AtomicFile;
import io.github.sdfinetune.error.OutputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A tokenizer for models that start from nothing: in the form of CLIP's published files, with a few hundred tokens of its own. It
 * reads any text; the common words of captions become one or two tokens, rare ones a few more. It is always the same.
 */
public final class SmallVocabulary {
    private static final String START_TOKEN = "<|startoftext|>";
    private static final String END_TOKEN = "<|endoftext|>";

    private static final String TOKENIZER_CONFIG = """
            {
              "add_prefix_space": false,
              "bos_token": "<|startoftext|>",
              "do_lower_case": true,
              "eos_token": "<|endoftext|>",
              "errors": "replace",
              "model_max_length": 77,
              "pad_token": "<|endoftext|>",
              "tokenizer_class": "CLIPTokenizer",
              "unk_token": "<|endoftext|>"
            }
            """;

    private static final String SPECIAL_TOKENS_MAP = """
            {
              "bos_token": "<|startoftext|>",
              "eos_token": "<|endoftext|>",
              "pad_token": "<|endoftext|>",
              "unk_token": "<|endoftext|>"
            }
            """;

    /** What the merges are learned from; each word counts once. */
    private static final String WORDS = """
            a an the this that these those my our your his her their its one two three four five six seven some many few
            of in on at by to from with without over under above below behind beside near between into onto through around across
            and or but not very is are was has have looking standing sitting lying walking running flying holding wearing eating
            playing sleeping swimming smiling riding jumping hanging growing shining
            photo photograph picture painting drawing sketch illustration portrait landscape poster print render rendering texture
            pattern style closeup view shot scene background foreground front back side top bottom left right centre center
            oil watercolor pencil ink charcoal digital vintage modern classic minimal abstract realistic detailed blurry sharp
            soft bright dark light colorful warm cold old new young small little big large tall short long wide round square flat
            beautiful pretty simple plain clean dirty wet dry fresh quiet empty full open closed broken golden wooden
            red green blue yellow orange purple pink brown black white gray grey silver gold color colour
            cat dog fox horse bird cow sheep pig duck chicken fish rabbit bear lion tiger elephant monkey mouse frog snake turtle
            butterfly bee spider owl eagle wolf deer goat kitten puppy animal animals
            man woman boy girl child children baby person people family friend friends face hand hands head hair eye eyes body
            king queen knight soldier farmer teacher doctor artist player singer dancer worker driver
            house building castle church tower bridge city town village street road path wall door window room kitchen garden park
            farm school market shop station harbor harbour beach island forest field hill mountain mountains valley river lake sea
            ocean water waterfall desert cave sky sun moon star stars cloud clouds rain snow storm wind fog mist ice fire smoke
            morning evening night day sunrise sunset spring summer autumn winter dawn
            tree trees flower flowers rose tulip grass leaf leaves plant plants stone stones rock rocks sand ground floor
            car truck bus train boat boats ship ships plane airplane bicycle bike motorcycle wheel rocket robot machine
            table chair bed lamp sofa shelf book books box bag basket bottle cup mug glass plate bowl spoon knife fork bucket
            clock phone camera computer keyboard screen toy ball doll teddy backpack candle vase can pot tin
            bread cake apple banana lemon grapes berry berries tomato potato carrot cheese egg eggs coffee tea milk soup pizza
            hat cap coat jacket shirt dress skirt shoe shoes boot boots scarf gloves ring crown mask sunglasses
            paper metal plastic leather cotton wool clay brick marble concrete shiny smooth rough striped spotted
            """;

    private final List<String> merges;
    private final List<String> tokens;

    private SmallVocabulary() {
        merges = learnedMerges();
        tokens = ByteSymbols.inOrderOfIds();
        merges.forEach(merge -> tokens.add(merge.replace(" ", "")));
        tokens.add(START_TOKEN);
        tokens.add(END_TOKEN);
    }

    /**
     * Writes {@code vocab.json}, {@code merges.txt}, {@code tokenizer_config.json} and {@code special_tokens_map.json}.
     *
     * @param folder made if it does not exist
     * @throws OutputException if something can't be written
     */
    public static void write(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new OutputException(folder, "the folder can't be made: " + e.getMessage(), e);
        }
        SmallVocabulary vocabulary = new SmallVocabulary();
        Gson gson = new GsonBuilder().disableHtmlEscaping().create();
        write(folder.resolve("vocab.json"), gson.toJson(vocabulary.ids()));
        write(folder.resolve("merges.txt"), "#version: 0.2\n" + String.join("\n", vocabulary.merges) + "\n");
        write(folder.resolve("tokenizer_config.json"), TOKENIZER_CONFIG);
        write(folder.resolve("special_tokens_map.json"), SPECIAL_TOKENS_MAP);
    }

    private static void write(Path file, String text) {
        AtomicFile.write(file, channel -> AtomicFile.append(channel, StandardCharsets.UTF_8.encode(text)));
    }

    private Map<String, Integer> ids() {
        Map<String, Integer> ids = new LinkedHashMap<>();
        tokens.forEach(token -> ids.put(token, ids.size()));
        return ids;
    }

    /** Algorithm 1 of Sennrich et al. 2016, arXiv:1508.07909, until no pair occurs twice. */
    private static List<String> learnedMerges() {
        List<List<String>> words = new ArrayList<>();
        for (String word : WORDS.strip().split("\\s+", -1)) {
            words.add(symbols(word));
        }
        List<String> merges = new ArrayList<>();
        for (String pair = mostFrequentPair(words); !pair.isEmpty(); pair = mostFrequentPair(words)) {
            merges.add(pair);
            for (List<String> word : words) {
                join(word, pair);
            }
        }
        return merges;
    }

    private static List<String> symbols(String word) {
        List<String> symbols = new ArrayList<>();
        word.chars().mapToObj(Character::toString).forEach(symbols::add);
        symbols.set(symbols.size() - 1, symbols.get(symbols.size() - 1) + ByteSymbols.END_OF_WORD);
        return symbols;
    }

    /** Of those equally frequent the first in the alphabet; empty if none occurs twice. */
    private static String mostFrequentPair(List<List<String>> words) {
        Map<String, Integer> counts = new HashMap<>();
        for (List<String> word : words) {
            for (int i = 0; i + 1 < word.size(); i++) {
                counts.merge(word.get(i) + " " + word.get(i + 1), 1, Integer::sum);
            }
        }
        return counts.entrySet().stream()
                .filter(pair -> pair.getValue() > 1)
                .min(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse("");
    }

    private static void join(List<String> word, String pair) {
        for (int i = 0; i + 1 < word.size(); i++) {
            if (pair.equals(word.get(i) + " " + word.get(i + 1))) {
                word.set(i, word.get(i) + word.remove(i + 1));
            }
        }
    }
}
