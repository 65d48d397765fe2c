package io.github.sdfinetune.core.scheduler;

import java.util.Locale;

/** Argument checks with messages that say what would be right. */
final class Checks {
    private Checks() {}

    static void require(boolean condition, String message, Object... arguments) {
        if (!condition) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, message, arguments));
        }
    }
}
