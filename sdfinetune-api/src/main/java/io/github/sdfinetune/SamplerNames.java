package io.github.sdfinetune;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds samplers by any of their names. */
final class SamplerNames {
    private static final int MOST_SUGGESTIONS = 3;
    private static final Map<String, Sampler> KNOWN = known();

    private SamplerNames() {}

    private static Map<String, Sampler> known() {
        Map<String, Sampler> known = new LinkedHashMap<>();
        for (Sampler sampler : Sampler.all()) {
            // A class of several samplers stands for the first of them.
            sampler.spellings().forEach((spelling, meant) -> known.putIfAbsent(plain(spelling), meant));
        }
        return known;
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("+", "p").replaceAll("[\\s_-]", "");
    }

    static Optional<Sampler> find(String name) {
        return Optional.ofNullable(KNOWN.get(plain(name)));
    }

    /** A question with the known names that are spelt most like this one; empty if none is. */
    static String near(String name) {
        String asked = plain(name);
        int nearest = KNOWN.keySet().stream()
                .mapToInt(known -> distance(asked, known))
                .min()
                .orElseThrow();
        if (nearest > Math.max(2, asked.length() / 4)) {
            return "";
        }
        return KNOWN.entrySet().stream()
                .filter(known -> distance(asked, known.getKey()) == nearest)
                .map(known -> '"' + known.getValue().name() + '"')
                .distinct()
                .limit(MOST_SUGGESTIONS)
                .collect(Collectors.joining(" or ", ", did you mean ", "?"));
    }

    /** How many letters must be put in, left out or replaced (Levenshtein's distance). */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
