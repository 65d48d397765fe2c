package io.github.sdfinetune.lora.concept;

import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.TensorSource;
import io.github.sdfinetune.core.weights.WeightEntry;
import java.util.List;

/** The vectors of a word for one text encoder, in Java memory, never changed. */
final class Vectors {
    private final int count;
    private final int dim;
    private final float[] values;

    private Vectors(int count, int dim, float[] values) {
        this.count = count;
        this.dim = dim;
        this.values = values;
    }

    /** @param entry (vectors, dim), or (dim) of a single one */
    static Vectors of(WeightEntry entry) {
        List<Long> shape = entry.shape();
        int rank = shape.size();
        if (!entry.dtype().isFloatingPoint()) {
            throw entry.fault("has type " + entry.dtype() + ", expected F32, F16 or BF16");
        }
        if (rank < 1 || rank > 2 || shape.contains(0L)) {
            throw entry.fault("has shape " + shape + ", expected (vectors, dim) or (dim)");
        }
        float[] values = entry.floats();
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw entry.fault("holds " + value + ", expected finite numbers");
            }
        }
        int dim = Math.toIntExact(shape.get(rank - 1));
        return new Vectors(values.length / dim, dim, values);
    }

    int count() {
        return count;
    }

    float[] values() {
        return values.clone();
    }

    /** A copy in the open scope, times the scale; (vectors, dim). */
    Tensor scaled(double scale) {
        return Scope.keeping(() -> Tensor.of(values, count, dim).multiply(scale));
    }

    TensorSource source() {
        return TensorSource.of(List.of((long) count, (long) dim), values);
    }
}
