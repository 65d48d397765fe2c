package io.github.sdfinetune.core.prompt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds concepts by the tokens of their names; of several that fit the one whose name has most tokens. */
final class ConceptIndex {
    private final Map<Long, List<Entry>> byFirstToken = new HashMap<>();

    private record Entry(long[] name, TextConcept concept) {
        boolean startsAt(int position, long[] tokens) {
            int end = position + name.length;
            return end <= tokens.length && Arrays.equals(name, 0, name.length, tokens, position, end);
        }
    }

    /** @param tokens of a text, without start and end token */
    ConceptIndex(List<? extends TextConcept> concepts, Function<String, long[]> tokens) {
        for (TextConcept concept : concepts) {
            long[] name = tokens.apply(concept.name());
            if (name.length == 0 || concept.vectors() < 1) {
                throw new IllegalArgumentException("the concept \"" + concept.name() + "\" has " + name.length
                        + " tokens and " + concept.vectors() + " vectors, expected at least one of each");
            }
            byFirstToken.computeIfAbsent(name[0], first -> new ArrayList<>()).add(new Entry(name, concept));
        }
        Comparator<Entry> longestFirst = Comparator.comparingInt(entry -> -entry.name.length);
        byFirstToken.values().forEach(entries -> entries.sort(longestFirst));
    }

    /** A text as words. */
    List<PromptWord> words(long[] tokens) {
        List<PromptWord> words = new ArrayList<>();
        for (int position = 0; position < tokens.length; ) {
            Entry entry = find(tokens, position);
            words.add(new PromptWord(position, tokens[position], entry == null ? null : entry.concept));
            position += entry == null ? 1 : entry.name.length;
        }
        return words;
    }

    private @Nullable Entry find(long[] tokens, int position) {
        for (Entry entry : byFirstToken.getOrDefault(tokens[position], List.of())) {
            if (entry.startsAt(position, tokens)) {
                return entry;
            }
        }
        return null;
    }
}
