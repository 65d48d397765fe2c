package io.github.sdfinetune.lora;

import io.github.sdfinetune.core.tensor.Tensor;

/** A factor of a LoRA in Java memory. Its numbers are shared, not copied, and never changed. */
final class Matrix {
    private final int rows;
    private final int columns;
    private final float[] values;

    /** @param values in row-major order */
    Matrix(int rows, int columns, float[] values) {
        if (rows < 1 || columns < 1 || (long) rows * columns != values.length) {
            throw new IllegalArgumentException(values.length + " numbers are no " + rows + " × " + columns + " matrix");
        }
        this.rows = rows;
        this.columns = columns;
        this.values = values;
    }

    static Matrix of(Tensor tensor) {
        return new Matrix((int) tensor.size(0), (int) tensor.size(1), tensor.toFloats());
    }

    int rows() {
        return rows;
    }

    int columns() {
        return columns;
    }

    float[] values() {
        return values;
    }

    /** A copy in native memory, (rows, columns). */
    Tensor toTensor() {
        return Tensor.of(values, rows, columns);
    }

    @Override
    public String toString() {
        return "Matrix[" + rows + ", " + columns + "]";
    }
}
