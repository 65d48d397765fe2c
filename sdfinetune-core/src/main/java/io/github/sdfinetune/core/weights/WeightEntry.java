package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.core.tensor.ScalarType;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;

/**
 * One tensor of a weight file.
 *
 * @param file where it stands
 * @param name its key there
 * @param shape empty for a scalar
 * @param data the elements in row-major order, read-only and little-endian, mapped from the file; every call returns a view of
 *     its own, so threads don't disturb each other
 */
public record WeightEntry(Path file, String name, DType dtype, List<Long> shape, ByteBuffer data) {
    public WeightEntry {
        shape = List.copyOf(shape);
    }

    @Override
    public ByteBuffer data() {
        return data.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Number of elements; 1 for a scalar. */
    public int elements() {
        return data.remaining() / dtype.bytes();
    }

    /** All elements, converted to float. */
    public float[] floats() {
        ByteBuffer bytes = data();
        float[] values = new float[elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = dtype.floatAt(bytes, i);
        }
        return values;
    }

    /**
     * All elements of an integer or boolean tensor.
     *
     * @throws ModelFormatException if the type is a floating-point one
     */
    public long[] longs() {
        if (dtype.isFloatingPoint()) {
            throw fault("has type " + dtype + ", expected whole numbers");
        }
        ByteBuffer bytes = data();
        long[] values = new long[elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = dtype.longAt(bytes, i);
        }
        return values;
    }

    /** The sizes of its dimensions. */
    public long[] dimensions() {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    /** A copy in native memory: floating-point numbers in the type that they have here, others as 64-bit integers. */
    public Tensor toTensor() {
        return switch (dtype) {
            case F64 -> Tensor.of(ScalarType.FLOAT64, data(), dimensions());
            case F32 -> Tensor.of(ScalarType.FLOAT32, data(), dimensions());
            case F16 -> Tensor.of(ScalarType.FLOAT16, data(), dimensions());
            case BF16 -> Tensor.of(ScalarType.BFLOAT16, data(), dimensions());
            default -> Tensor.of(longs(), dimensions());
        };
    }

    /** An error about this tensor; the message names file and key. */
    public ModelFormatException fault(String problem) {
        return new ModelFormatException(file, name, "tensor '" + name + "' " + problem);
    }
}
