package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Path;

/** How many steps of work a file may still ask for. */
final class Budget {
    private final Path path;
    private final int most;
    private long spent;

    Budget(Path path, int most) {
        this.path = path;
        this.most = most;
    }

    /** @throws ModelFormatException if that is more than there was left */
    void spend(long steps) {
        spent += steps;
        if (spent > most) {
            throw new ModelFormatException(path, "asks for more than " + most + " values, no model has so many");
        }
    }
}
