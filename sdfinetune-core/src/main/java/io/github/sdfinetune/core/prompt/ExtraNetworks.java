package io.github.sdfinetune.core.prompt;

import java.util.ArrayList;
import java.util.List;

/**
 * A prompt without the adapters it asks for, and these.
 *
 * @param text what is left of the prompt; spaces around an adapter stay
 * @param networks in the order of the prompt
 */
record ExtraNetworks(String text, List<ExtraNetwork> networks) {

    /** Finds everything of the form {@code <type:items>}; the type is one word, an item may have any character but {@code >} and {@code :}. */
    static ExtraNetworks parse(String prompt) {
        StringBuilder text = new StringBuilder();
        List<ExtraNetwork> networks = new ArrayList<>();
        int copied = 0;
        int open = prompt.indexOf('<');
        while (open >= 0) {
            int colon = endOfWord(prompt, open + 1);
            int close = prompt.indexOf('>', colon);
            if (close < 0) {
                break;
            }
            int next = open + 1;
            if (colon > open + 1 && prompt.charAt(colon) == ':' && close > colon + 1) {
                List<String> items = List.of(prompt.substring(colon + 1, close).split(":", -1));
                networks.add(new ExtraNetwork(prompt.substring(open + 1, colon), items));
                text.append(prompt, copied, open);
                copied = close + 1;
                next = copied;
            }
            open = prompt.indexOf('<', next);
        }
        return new ExtraNetworks(text.append(prompt, copied, prompt.length()).toString(), List.copyOf(networks));
    }

    private static int endOfWord(String text, int start) {
        int end = start;
        while (end < text.length() && Characters.isWord(text.codePointAt(end))) {
            end += Character.charCount(text.codePointAt(end));
        }
        return end;
    }
}
