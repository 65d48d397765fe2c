package io.github.sdfinetune.core.layer;

import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.ScalarType;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;

/** A table of vectors that are looked up by number. */
public final class Embedding {
    private final Tensor table; // (count, dim), as stored: only the rows that are used get converted
    private final ScalarType compute;

    public Embedding(Weights weights, long count, long dim) {
        table = weights.get("weight", count, dim);
        compute = weights.numerics().compute();
    }

    /**
     * Looks vectors up.
     *
     * @param ids whole numbers of any shape
     * @return (…, dim)
     */
    public Tensor forward(Tensor ids) {
        return Kernels.embedding(table, ids.beside(table)).as(compute);
    }

    /** The first vectors of the table, (count, dim). */
    public Tensor first(long count) {
        return table.narrow(0, 0, count).as(compute);
    }
}
