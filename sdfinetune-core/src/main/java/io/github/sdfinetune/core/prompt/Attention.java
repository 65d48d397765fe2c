package io.github.sdfinetune.core.prompt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Emphasis: {@code (word)} counts 1.1 times as much, {@code (word:1.3)} 1.3 times, {@code [word]} 1 / 1.1 times, nested brackets
 * multiply; a backslash makes a bracket a character like others. Round and square brackets are matched apart from each other. A
 * bracket that is never closed reaches to the end; one that was never opened is text.
 */
final class Attention {
    private static final String BREAK = "BREAK";
    private static final double ROUND = 1.1;
    private static final double SQUARE = 1 / 1.1;

    private final String prompt;
    private final List<String> texts = new ArrayList<>();
    private final Deque<Integer> round = new ArrayDeque<>();
    private final Deque<Integer> square = new ArrayDeque<>();
    private double[] weights = new double[16];

    private Attention(String prompt) {
        this.prompt = prompt;
    }

    /**
     * Splits a text where its weight changes. The separator {@code BREAK} becomes a part of weight −1; inside of brackets with a
     * weight it is a word like others, whose weight then is −1 times that of the brackets, as in the web UI.
     *
     * @return at least one part
     * @throws IllegalArgumentException if a weight is no number, such as 1.2.3
     */
    static List<WeightedText> parse(String prompt) {
        Attention attention = new Attention(prompt);
        attention.read();
        return attention.merged();
    }

    /** Whether a part ends a chunk. */
    static boolean isBreak(WeightedText part) {
        return part.weight() == -1 && part.text().equals(BREAK);
    }

    private void read() {
        for (int at = 0; at < prompt.length(); ) {
            at = token(at);
        }
        // The outermost bracket first, as in the web UI: the last bits of a product depend on the order.
        round.descendingIterator().forEachRemaining(start -> multiply(start, ROUND));
        square.descendingIterator().forEachRemaining(start -> multiply(start, SQUARE));
    }

    /** Reads one token and says where the next one starts. */
    private int token(int at) {
        char c = prompt.charAt(at);
        switch (c) {
            case '\\' -> {
                boolean escapes = at + 1 < prompt.length() && "()[]\\".indexOf(prompt.charAt(at + 1)) >= 0;
                int end = at + (escapes ? 2 : 1);
                add(prompt.substring(at + 1, end), 1);
                return end;
            }
            case '(' -> round.push(texts.size());
            case '[' -> square.push(texts.size());
            case ':' -> {
                return colon(at);
            }
            case ')' -> close(round, ROUND, ")");
            case ']' -> close(square, SQUARE, "]");
            default -> {
                int end = endOfText(at);
                addText(prompt.substring(at, end));
                return end;
            }
        }
        return at + 1;
    }

    private int endOfText(int start) {
        int end = start;
        while (end < prompt.length() && "\\()[]:".indexOf(prompt.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private void close(Deque<Integer> opened, double factor, String bracket) {
        if (opened.isEmpty()) {
            add(bracket, 1);
        } else {
            multiply(opened.pop(), factor);
        }
    }

    /** A colon, or all of {@code :1.3)}. */
    private int colon(int at) {
        int start = Characters.skipSpaces(prompt, at + 1);
        int digits = start < prompt.length() && Characters.isSign(prompt.charAt(start)) ? start + 1 : start;
        int end = digits;
        while (end < prompt.length() && Characters.isDigitOrPoint(prompt.charAt(end))) {
            end++;
        }
        int bracket = Characters.skipSpaces(prompt, end);
        if (end == digits || bracket == prompt.length() || prompt.charAt(bracket) != ')') {
            add(":", 1);
            return at + 1;
        }
        String closing = prompt.substring(at, bracket + 1);
        if (round.isEmpty()) {
            add(closing, 1);
        } else {
            multiply(round.pop(), Characters.weight(prompt.substring(start, end), closing));
        }
        return bracket + 1;
    }

    private void addText(String text) {
        int start = 0;
        for (int found = Characters.indexOfWord(text, BREAK, 0);
                found >= 0;
                found = Characters.indexOfWord(text, BREAK, start)) {
            add(text.substring(start, Characters.skipSpacesBack(text, found, start)), 1);
            add(BREAK, -1);
            start = Characters.skipSpaces(text, found + BREAK.length());
        }
        add(text.substring(start), 1);
    }

    private void add(String text, double weight) {
        if (texts.size() == weights.length) {
            weights = Arrays.copyOf(weights, 2 * weights.length);
        }
        weights[texts.size()] = weight;
        texts.add(text);
    }

    private void multiply(int start, double factor) {
        for (int i = start; i < texts.size(); i++) {
            weights[i] *= factor;
        }
    }

    /** Neighbours of the same weight are one part, so that words are not split between them. */
    private List<WeightedText> merged() {
        List<WeightedText> parts = new ArrayList<>();
        for (int start = 0, end; start < texts.size(); start = end) {
            end = start + 1;
            while (end < texts.size() && weights[end] == weights[start]) {
                end++;
            }
            parts.add(new WeightedText(String.join("", texts.subList(start, end)), weights[start]));
        }
        return parts.isEmpty() ? List.of(new WeightedText("", 1)) : List.copyOf(parts);
    }
}
