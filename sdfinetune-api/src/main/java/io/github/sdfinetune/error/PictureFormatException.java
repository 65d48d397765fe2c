package io.github.sdfinetune.error;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A picture file is missing, damaged, too large or of an unsupported kind. */
public final class PictureFormatException extends SdFineTuneException {
    private final Path path;

    /** @param problem what was wrong and what would be right; the message is the path and this */
    public PictureFormatException(Path path, String problem, @Nullable Throwable cause) {
        super(path + ": " + problem, cause);
        this.path = path;
    }

    /** The file with the fault. */
    public Path path() {
        return path;
    }
}
