package io.github.sdfinetune;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Argument checks with messages that say what would be right. */
final class Checks {
    private Checks() {}

    static void require(boolean condition, String message, @Nullable Object... arguments) {
        if (!condition) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, message, arguments));
        }
    }
}
