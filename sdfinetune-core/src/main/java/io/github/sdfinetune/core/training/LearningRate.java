package io.github.sdfinetune.core.training;

/** The learning rate as a pure function of the optimizer step. */
@FunctionalInterface
public interface LearningRate {

    /**
     * The rate that a step uses.
     *
     * @param step counted from 0
     */
    double at(int step);

    /** The same rate at every step. */
    static LearningRate constant(double rate) {
        return step -> rate;
    }
}
