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

    /** The end of a sentence: a question with the known names that are spelt most like this one, if any is. */
    static String near(String name) {
        String asked = plain(name);
        int nearest = KNOWN.keySet().stream()
                .mapToInt(known -> EditDistance.between(asked, known))
                .min()
                .orElseThrow();
        if (nearest > Math.max(2, asked.length() / 4)) {
            return ".";
        }
        return KNOWN.entrySet().stream()
                .filter(known -> EditDistance.between(asked, known.getKey()) == nearest)
                .map(known -> '"' + known.getValue().name() + '"')
                .distinct()
                .limit(MOST_SUGGESTIONS)
                .collect(Collectors.joining(" or ", "; did you mean ", "?"));
    }
}
