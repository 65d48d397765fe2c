package io.github.sdfinetune.error;

/** A training run can't go on, for instance because its loss is no longer a finite number. */
public final class TrainingException extends SdFineTuneException {
    private final int step;

    /** @param step the step that failed, counted from 1 */
    public TrainingException(int step, String message) {
        super(message, null);
        this.step = step;
    }

    /** The step that failed, counted from 1. */
    public int step() {
        return step;
    }
}
