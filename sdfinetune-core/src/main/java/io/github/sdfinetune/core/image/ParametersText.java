package io.github.sdfinetune.core.image;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The text by which AUTOMATIC1111's web interface tells what made a picture: the prompt, the negative prompt, and a line of named
 * values such as {@code Steps: 20, Sampler: Euler a, Size: 512x512}.
 *
 * @param prompt may have several lines
 * @param negativePrompt empty if there is none; may have several lines
 * @param values as they stand there, in their order, without quotes
 */
public record ParametersText(String prompt, String negativePrompt, Map<String, String> values) {
    private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();
    private static final String NEGATIVE = "Negative prompt:";

    /** A last line with fewer values is a line of the prompt. */
    private static final int FEWEST_VALUES = 3;

    public ParametersText {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * Reads a text; the inverse of {@link #text}. Every text can be read: one without values is a prompt. Of values with one name
     * the last counts.
     */
    public static ParametersText parse(String text) {
        String trimmed = text.stripTrailing();
        int lastLine = trimmed.lastIndexOf('\n') + 1;
        Map<String, String> values = values(trimmed.substring(lastLine));
        if (values.size() < FEWEST_VALUES) {
            return split(text, Map.of());
        }
        return split(trimmed.substring(0, Math.max(lastLine - 1, 0)), values);
    }

    private static ParametersText split(String prompts, Map<String, String> values) {
        int negative = prompts.startsWith(NEGATIVE) ? 0 : prompts.indexOf("\n" + NEGATIVE) + 1;
        if (negative == 0 && !prompts.startsWith(NEGATIVE)) {
            return new ParametersText(prompts, "", values);
        }
        String negativePrompt = prompts.substring(negative + NEGATIVE.length());
        return new ParametersText(
                prompts.substring(0, Math.max(negative - 1, 0)),
                negativePrompt.startsWith(" ") ? negativePrompt.substring(1) : negativePrompt,
                values);
    }

    private static Map<String, String> values(String line) {
        Map<String, String> values = new LinkedHashMap<>();
        int at = 0;
        for (int colon = line.indexOf(':'); colon >= 0; colon = line.indexOf(':', at)) {
            String name = name(line.substring(Math.max(line.lastIndexOf(',', colon) + 1, at), colon));
            int start = colon + 1;
            while (start < line.length() && Character.isWhitespace(line.charAt(start))) {
                start++;
            }
            int end = end(line, start);
            if (!name.isEmpty()) {
                values.put(name, unquoted(line.substring(start, end).strip()));
            }
            at = Math.min(end + 1, line.length());
        }
        return values;
    }

    /** What of the text before a colon can be a name: its end of letters, digits, {@code _}, {@code -}, {@code /} and spaces. */
    private static String name(String before) {
        int start = before.length();
        while (start > 0 && (isWordPart(before.charAt(start - 1)) || " -/".indexOf(before.charAt(start - 1)) >= 0)) {
            start--;
        }
        while (start < before.length() && !isWordPart(before.charAt(start))) {
            start++;
        }
        return before.substring(start).strip();
    }

    private static boolean isWordPart(char character) {
        return Character.isLetterOrDigit(character) || character == '_';
    }

    /** Where the value that starts there ends: behind its quotes, or before the next comma. */
    private static int end(String line, int start) {
        if (start < line.length() && line.charAt(start) == '"') {
            int quote = start + 1;
            while (quote < line.length() && line.charAt(quote) != '"') {
                quote += line.charAt(quote) == '\\' ? 2 : 1;
            }
            if (quote + 1 == line.length() || (quote + 1 < line.length() && line.charAt(quote + 1) == ',')) {
                return quote + 1;
            }
        }
        int comma = line.indexOf(',', start);
        return comma < 0 ? line.length() : comma;
    }

    private static String unquoted(String value) {
        if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
            return value;
        }
        try {
            return JSON.fromJson(value, String.class);
        } catch (JsonParseException e) {
            return value; // as the web interface does
        }
    }

    /** The text itself. */
    public String text() {
        String line = values.entrySet().stream()
                .map(value -> value.getKey() + ": " + quoted(value.getValue()))
                .collect(Collectors.joining(", "));
        return prompt
                + (negativePrompt.isEmpty() ? "" : "\n" + NEGATIVE + " " + negativePrompt)
                + (values.isEmpty() ? "" : "\n" + line);
    }

    private static String quoted(String value) {
        boolean plain = value.equals(value.strip())
                && !value.startsWith("\"")
                && value.chars().noneMatch(character -> character == ',' || character == ':' || character == '\n');
        return plain ? value : JSON.toJson(value);
    }
}
