package io.github.sdfinetune.core.layer;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.core.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** An adapter whose numbers an optimizer changes. */
public interface TrainableAdapter {

    /** What it changes in a training step. */
    Patches patches();

    /** What the optimizer changes: float32 tensors that gradients are recorded for, always in the same order. */
    List<Tensor> parameters();

    /**
     * A copy of its present state.
     *
     * @param metadata for the header of the file, without keys of the formats themselves
     */
    Adapter snapshot(Map<String, String> metadata);
}
