package io.github.sdfinetune.error;

import org.jspecify.annotations.Nullable;

/** The implementation or the natives of this platform are missing or can't be loaded; the message says which dependency to add. */
public final class EngineException extends SdFineTuneException {
    public EngineException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
