package io.github.sdfinetune;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Argument checks with messages that say what would be right. */
final class Checks {
    private Checks() {}

    static void require(boolean condition, String message, @Nullable Object... arguments) {
        if (!condition) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, message, arguments));
        }
    }

    /** What can be said of a model whose files don't tell it. */
    static void requireSayable(Optional<Prediction> prediction) {
        require(
                prediction.isEmpty() || prediction.get() != Prediction.FLOW_PREDICTION,
                "prediction must be EPSILON, V_PREDICTION or SAMPLE, was FLOW_PREDICTION, which only a model's scheduler"
                        + " configuration can ask for");
    }
}
