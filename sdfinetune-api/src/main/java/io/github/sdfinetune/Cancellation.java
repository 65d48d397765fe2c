package io.github.sdfinetune;

/**
 * Lets another thread end a long call after the step, or the tile of a large picture, that is under way. Interrupting the working
 * thread does the same. One object may be handed to several calls; once cancelled it stays so.
 */
public final class Cancellation {
    private volatile boolean cancelled;

    /** One that was not cancelled yet. */
    public Cancellation() {}

    /** Asks the call to end; returns at once. */
    public void cancel() {
        cancelled = true;
    }

    /** Whether {@link #cancel} was called. */
    public boolean isCancelled() {
        return cancelled;
    }
}
