package io.github.sdfinetune.core.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Supplier;

/**
 * A tensor to be written.
 *
 * @param shape empty for a scalar
 * @param data gives the elements in row-major order as little-endian bytes, from position to limit; asked once, when the tensor's
 *     turn has come, so that a large model need not be in memory as a whole
 */
public record TensorSource(DType dtype, List<Long> shape, Supplier<ByteBuffer> data) {
    public TensorSource {
        shape = List.copyOf(shape);
    }

    /** A tensor as it stands in another file. */
    public static TensorSource of(WeightEntry entry) {
        return new TensorSource(entry.dtype(), entry.shape(), entry::data);
    }

    /** A tensor of type F32. */
    public static TensorSource of(List<Long> shape, float[] values) {
        return of(shape, () -> values);
    }

    /** A tensor of type F32 whose elements are made when its turn has come. */
    public static TensorSource of(List<Long> shape, Supplier<float[]> values) {
        return new TensorSource(DType.F32, shape, () -> {
            float[] numbers = values.get();
            ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(numbers.length, DType.F32.bytes()));
            bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(numbers);
            return bytes;
        });
    }

    /**
     * The same numbers in another floating-point type, rounded to the nearest (ties to even); numbers too large become infinite.
     * A tensor of another kind, such as one of indices, stays as it is.
     */
    public TensorSource as(DType wanted) {
        if (dtype == wanted || !dtype.isFloatingPoint()) {
            return this;
        }
        return new TensorSource(wanted, shape, () -> {
            ByteBuffer from = data.get().slice().order(ByteOrder.LITTLE_ENDIAN);
            int elements = from.remaining() / dtype.bytes();
            ByteBuffer to = ByteBuffer.allocate(Math.multiplyExact(elements, wanted.bytes()))
                    .order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < elements; i++) {
                wanted.putFloat(to, dtype.floatAt(from, i));
            }
            return to.flip();
        });
    }

    /** Number of elements; 1 for a scalar. */
    long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** Bytes that the tensor takes. */
    long bytes() {
        return Math.multiplyExact(elements(), dtype.bytes());
    }

    /**
     * The data, which must be of the length that type and shape say.
     *
     * @param name for the error message
     */
    ByteBuffer checkedData(String name) {
        ByteBuffer bytes = data.get();
        if (bytes.remaining() != bytes()) {
            throw new IllegalArgumentException("tensor '" + name + "' has " + bytes.remaining() + " bytes of data, but "
                    + dtype + " of shape " + shape + " takes " + bytes());
        }
        return bytes;
    }
}
