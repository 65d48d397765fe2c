package io.github.sdfinetune.error;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A result can't be written; what stood at the path before still stands there. */
public final class OutputException extends SdFineTuneException {
    private final Path path;

    public OutputException(Path path, String problem, @Nullable Throwable cause) {
        super(path + ": " + problem, cause);
        this.path = path;
    }

    public Path path() {
        return path;
    }
}
