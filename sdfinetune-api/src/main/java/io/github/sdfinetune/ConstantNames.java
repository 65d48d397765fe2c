package io.github.sdfinetune;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Finds constants by the names that people write, by the rule that stands in the description of this package. */
final class ConstantNames {
    private ConstantNames() {}

    /** @throws IllegalArgumentException for an unknown name; the message lists the known ones */
    static <E extends Enum<E>> E find(Class<E> type, String what, String name) {
        return find(type, what, name, Map.of());
    }

    /**
     * Finds a constant.
     *
     * @param what it is a name of, for the message
     * @param otherNames in plain spelling
     * @throws IllegalArgumentException for an unknown name; the message lists the known ones
     */
    static <E extends Enum<E>> E find(Class<E> type, String what, String name, Map<String, E> otherNames) {
        String asked = plain(name);
        E other = otherNames.get(asked);
        if (other != null) {
            return other;
        }
        return Arrays.stream(type.getEnumConstants())
                .filter(known -> plain(known.name()).equals(asked))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown " + what + " \"" + name + "\", expected one of " + words(type)));
    }

    private static <E extends Enum<E>> String words(Class<E> type) {
        return Arrays.stream(type.getEnumConstants()).map(ConstantNames::word).collect(Collectors.joining(", "));
    }

    /** As constants are written on command lines and in files. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** What is left when everything is alike that is alike in names. */
    static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[\\s_()-]", "");
    }
}
