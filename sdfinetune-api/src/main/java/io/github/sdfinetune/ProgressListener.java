package io.github.sdfinetune;

import io.github.sdfinetune.event.ProgressEvent;

/**
 * Hears what a long call does. Called on the thread that does the work, so it should return soon; an exception that it throws
 * ends the work and reaches the caller.
 */
@FunctionalInterface
public interface ProgressListener {

    void on(ProgressEvent event);

    /** Hears nothing but passes warnings to {@link System.Logger}, so that none is lost. */
    static ProgressListener quiet() {
        return event -> {
            if (event instanceof ProgressEvent.Warning warning) {
                System.getLogger(Pipeline.class.getName()).log(System.Logger.Level.WARNING, warning.message());
            }
        };
    }

    /**
     * Prints lines to standard error: at the start of each activity, about every ten seconds with rate, loss and time left, at
     * its end, and for every warning.
     */
    static ProgressListener console() {
        return new ConsoleProgress(System.err, System::nanoTime);
    }
}
