package io.github.sdfinetune.core.prompt;

import java.util.ArrayList;
import java.util.List;

/**
 * Several prompts in one, joined by the word {@code AND}, each with a weight behind a colon at its end (composable diffusion,
 * arXiv:2206.01714).
 */
final class Composition {
    private static final String AND = "AND";

    private Composition() {}

    /** The parts of a prompt; at least one. A weight that is not there is 1. */
    static List<WeightedText> parse(String prompt) {
        List<WeightedText> parts = new ArrayList<>();
        int start = 0;
        for (int found = Characters.indexOfWord(prompt, AND, 0);
                found >= 0;
                found = Characters.indexOfWord(prompt, AND, start)) {
            parts.add(part(prompt.substring(start, found)));
            start = found + AND.length();
        }
        parts.add(part(prompt.substring(start)));
        return List.copyOf(parts);
    }

    private static WeightedText part(String text) {
        int end = Characters.skipSpacesBack(text, text.length(), 0);
        int start = end;
        while (start > 0 && Characters.isDigitOrPoint(text.charAt(start - 1))) {
            start--;
        }
        boolean isNumber = Characters.number(text.substring(start, end)).isPresent();
        if (start > 0 && Characters.isSign(text.charAt(start - 1))) {
            start--;
        }
        int colon = Characters.skipSpacesBack(text, start, 0) - 1;
        if (!isNumber || colon < 0 || text.charAt(colon) != ':') {
            return new WeightedText(text.substring(0, end), 1);
        }
        double weight = Characters.weight(text.substring(start, end), text.substring(colon, end));
        return new WeightedText(text.substring(0, Characters.skipSpacesBack(text, colon, 0)), weight);
    }
}
