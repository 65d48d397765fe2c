package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.Cancellation;
import io.github.sdfinetune.error.CancelledException;

/** Ends work between two steps. */
public final class Cancellations {
    private Cancellations() {}

    /**
     * Throws if the work was cancelled or its thread interrupted, whose flag stays set.
     *
     * @param done steps that are complete
     * @param steps of the whole work
     */
    public static void check(Cancellation cancellation, int done, int steps) {
        if (cancellation.isCancelled() || Thread.currentThread().isInterrupted()) {
            throw new CancelledException(done, steps);
        }
    }
}
