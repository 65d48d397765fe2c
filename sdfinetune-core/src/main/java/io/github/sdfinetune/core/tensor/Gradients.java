package io.github.sdfinetune.core.tensor;

import ai.djl.pytorch.jni.JniUtils;
import java.util.List;

/**
 * Records gradients on this thread while it is open. Only what is computed from a {@linkplain #parameter parameter} is recorded.
 *
 * <pre>{@code
 * try (Scope step = Scope.open()) {
 *     Tensor loss;
 *     try (Gradients recording = Gradients.record()) {
 *         loss = ...;
 *     }
 *     List<Tensor> gradients = Gradients.of(loss, parameters);
 * }
 * }</pre>
 */
public final class Gradients implements AutoCloseable {
    private final boolean before;

    private Gradients(boolean before) {
        this.before = before;
    }

    /** Starts to record on this thread. */
    public static Gradients record() {
        Torch.start();
        Torch.prepareThread();
        Gradients recording = new Gradients(JniUtils.isGradMode());
        JniUtils.setGradMode(true);
        return recording;
    }

    /** The same numbers as something to differentiate by. */
    public static Tensor parameter(Tensor values) {
        return Tensor.call("require_gradient", values);
    }

    /**
     * The derivatives of a recorded loss.
     *
     * @param loss one number
     * @param parameters each of which the loss depends on
     * @return one tensor of the same shape for each parameter
     */
    public static List<Tensor> of(Tensor loss, List<Tensor> parameters) {
        return Tensor.callForList("gradients", loss, parameters);
    }

    @Override
    public void close() {
        JniUtils.setGradMode(before);
    }
}
