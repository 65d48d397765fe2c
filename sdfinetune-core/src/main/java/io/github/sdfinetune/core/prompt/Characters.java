package io.github.sdfinetune.core.prompt;

import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** White space, words and numbers as Python's {@code re} has them, since that is what defines the language. */
final class Characters {
    private static final Pattern NUMBER = Pattern.compile("[+-]?+(?:\\d++\\.?+\\d*+|\\.\\d++)(?:[eE][+-]?+\\d++)?+");

    private Characters() {}

    static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
    }

    /** A letter, a number of any kind, or an underscore. */
    static boolean isWord(int codePoint) {
        int type = Character.getType(codePoint);
        return Character.isLetterOrDigit(codePoint)
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER
                || codePoint == '_';
    }

    /** The first place of a word that stands alone, or −1. */
    static int indexOfWord(String text, String word, int from) {
        int start = text.indexOf(word, from);
        while (start >= 0 && !standsAlone(text, start, start + word.length())) {
            start = text.indexOf(word, start + 1);
        }
        return start;
    }

    private static boolean standsAlone(String text, int start, int end) {
        return (start == 0 || !isWord(text.codePointBefore(start)))
                && (end == text.length() || !isWord(text.codePointAt(end)));
    }

    static int skipSpaces(String text, int from) {
        int i = from;
        while (i < text.length() && isSpace(text.charAt(i))) {
            i++;
        }
        return i;
    }

    static int skipSpacesBack(String text, int from, int start) {
        int i = from;
        while (i > start && isSpace(text.charAt(i - 1))) {
            i--;
        }
        return i;
    }

    static String strip(String text) {
        int start = skipSpaces(text, 0);
        return text.substring(start, skipSpacesBack(text, text.length(), start));
    }

    static boolean isDigitOrPoint(char c) {
        return (c >= '0' && c <= '9') || c == '.';
    }

    static boolean isSign(char c) {
        return c == '+' || c == '-';
    }

    /** A decimal number without spaces; empty if it is none. */
    static OptionalDouble number(String text) {
        return NUMBER.matcher(text).matches() ? OptionalDouble.of(Double.parseDouble(text)) : OptionalDouble.empty();
    }

    /**
     * A number that weighs something.
     *
     * @param context what it was found in, for the error
     */
    static double weight(String text, String context) {
        double weight = number(text).orElse(Double.NaN);
        if (!Double.isFinite(weight)) {
            throw new IllegalArgumentException(
                    "the weight \"" + text + "\" in \"" + context + "\" is no number, expected one such as 1.2");
        }
        return weight;
    }
}
