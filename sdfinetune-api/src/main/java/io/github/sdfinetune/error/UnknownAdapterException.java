package io.github.sdfinetune.error;

/** A prompt names an adapter that is not registered. An application may add how its users can register one. */
@SuppressWarnings("serial") // never serialised
public final class UnknownAdapterException extends IllegalArgumentException {
    public UnknownAdapterException(String message) {
        super(message);
    }
}
