package io.github.sdfinetune.error;

/** A picture can't be generated, for instance because the latents are no longer finite numbers. */
public final class GenerationException extends SdFineTuneException {
    public GenerationException(String message) {
        super(message, null);
    }
}
