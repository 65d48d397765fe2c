package io.github.sdfinetune.core.image;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that is no picture, or a damaged or unsupported one. */
public final class ImageReadException extends IOException {
    private static final long serialVersionUID = 1;

    private final String reason;

    ImageReadException(Path path, String reason, @Nullable Throwable cause) {
        super(path + ": " + reason, cause);
        this.reason = reason;
    }

    /** What was wrong and what would be right; the message without the path. */
    public String reason() {
        return reason;
    }
}
