package io.github.sdfinetune.error;

/** The work was cancelled, or its thread interrupted; it ended after the step that was under way. */
public final class CancelledException extends SdFineTuneException {
    private final int completedSteps;

    /** @param completedSteps the steps that were done in full */
    public CancelledException(int completedSteps, int steps) {
        super("cancelled after step " + completedSteps + " of " + steps, null);
        this.completedSteps = completedSteps;
    }

    /** The steps that were done in full. */
    public int completedSteps() {
        return completedSteps;
    }
}
