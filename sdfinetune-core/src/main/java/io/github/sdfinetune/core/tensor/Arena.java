package io.github.sdfinetune.core.tensor;

import java.util.ArrayList;
import java.util.List;

/** Owns tensors that outlive the scope in which they were made, such as the weights of a model. Thread-safe. */
public final class Arena implements AutoCloseable, Owner {
    private final List<Tensor> tensors = new ArrayList<>();

    /** Takes a tensor from the scope that owns it. */
    public Tensor adopt(Tensor tensor) {
        tensor.moveTo(this);
        return tensor;
    }

    @Override
    public synchronized void add(Tensor tensor) {
        tensors.add(tensor);
    }

    /** Frees all tensors; may be called twice. */
    @Override
    public synchronized void close() {
        tensors.stream().filter(tensor -> tensor.isOwnedBy(this)).forEach(Tensor::free);
        tensors.clear();
    }
}
