package io.github.sdfinetune;

import java.util.Locale;

/** How unlike two names are: Levenshtein's distance, upper and lower case alike. */
final class EditDistance {
    private EditDistance() {}

    /** The fewest insertions, deletions and replacements of characters; for lengths far apart their difference, a lower bound. */
    static int between(String one, String other) {
        int apart = Math.abs(one.length() - other.length());
        if (apart > Math.min(one.length(), other.length())) {
            return apart;
        }
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[] distances = new int[b.length() + 1];
        for (int j = 0; j < distances.length; j++) {
            distances[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = distances[0];
            distances[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = distances[j];
                distances[j] = Math.min(replaced, 1 + Math.min(diagonal, distances[j - 1]));
            }
        }
        return distances[b.length()];
    }
}
