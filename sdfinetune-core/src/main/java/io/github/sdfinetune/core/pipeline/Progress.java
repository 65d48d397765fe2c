package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.event.ProgressEvent;

/** How far a request is: tells its listener and ends when it is cancelled or the pipeline closed. */
final class Progress {
    private final ProgressListener listener;
    private final StopSignal stop;
    private final int steps;
    private int done;

    /** @param steps evaluations of the UNet in the whole request */
    Progress(ProgressListener listener, StopSignal stop, int steps) {
        this.listener = listener;
        this.stop = stop;
        this.steps = steps;
    }

    /** Throws if the request is to end. */
    void check() {
        stop.check(done, steps);
    }

    /** An item of work beside the steps was done. */
    void prepared(String activity, int done, int total) {
        tell(new ProgressEvent.Preparing(activity, done, total));
    }

    /** A step was done. */
    void step() {
        done++;
        tell(new ProgressEvent.DenoisingStep(done, steps));
    }

    /** Steps that were done, those of both passes. */
    int done() {
        return done;
    }

    int steps() {
        return steps;
    }

    void tell(ProgressEvent event) {
        listener.on(event);
        check();
    }
}
