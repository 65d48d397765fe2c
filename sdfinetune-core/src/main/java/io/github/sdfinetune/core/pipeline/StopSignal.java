package io.github.sdfinetune.core.pipeline;

import static java.util.Locale.ROOT;

import io.github.sdfinetune.Cancellation;
import io.github.sdfinetune.error.CancelledException;
import java.util.function.BooleanSupplier;

/**
 * Ends a call between two steps.
 *
 * @param cancellation by which the caller ends it
 * @param isClosed whether the pipeline was closed meanwhile
 */
public record StopSignal(Cancellation cancellation, BooleanSupplier isClosed) {

    /**
     * Throws if the call was cancelled, its thread interrupted (whose flag stays set), or the pipeline closed.
     *
     * @param done steps that are complete
     * @param steps of the whole work
     * @throws CancelledException if the caller wanted it
     * @throws IllegalStateException if the pipeline is closed
     */
    public void check(int done, int steps) {
        if (cancellation.isCancelled() || Thread.currentThread().isInterrupted()) {
            throw new CancelledException(done, steps);
        }
        if (isClosed.getAsBoolean()) {
            throw new IllegalStateException(String.format(
                    ROOT, "Pipeline is closed; the call under way ended after step %d of %d", done, steps));
        }
    }
}
