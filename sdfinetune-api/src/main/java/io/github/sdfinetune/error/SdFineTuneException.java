package io.github.sdfinetune.error;

import org.jspecify.annotations.Nullable;

/** Everything that sdfinetune throws on purpose about files and runs; never thrown itself, only its heirs. */
public abstract class SdFineTuneException extends RuntimeException {
    protected SdFineTuneException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
