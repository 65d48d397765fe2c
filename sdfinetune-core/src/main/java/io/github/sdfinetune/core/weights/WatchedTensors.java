package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.error.CancelledException;
import io.github.sdfinetune.event.ProgressEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Tensors to be written of which a listener hears one by one, and which an interrupt ends. */
public final class WatchedTensors {
    private WatchedTensors() {}

    /**
     * The same tensors. Behind each the listener hears how many were read.
     *
     * @param component that is written, for the event
     */
    public static Map<String, TensorSource> of(
            Map<String, TensorSource> tensors, String component, ProgressListener listener) {
        int count = tensors.size();
        AtomicInteger read = new AtomicInteger();
        Map<String, TensorSource> watched = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> watched.put(name, new TensorSource(tensor.dtype(), tensor.shape(), () -> {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancelledException(read.get(), count);
            }
            listener.on(new ProgressEvent.Preparing("writing the " + component, read.incrementAndGet(), count));
            return tensor.data().get();
        })));
        return watched;
    }
}
