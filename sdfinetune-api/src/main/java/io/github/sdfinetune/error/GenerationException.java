package io.github.sdfinetune.error;

import org.jspecify.annotations.Nullable;

/**
 * A picture can't be generated or handed out: the latents are no longer finite numbers, or an {@link
 * io.github.sdfinetune.ImageCheck} rejected it.
 */
public final class GenerationException extends SdFineTuneException {
    public GenerationException(String message) {
        this(message, null);
    }

    public GenerationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
