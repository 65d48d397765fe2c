package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.core.tensor.ScalarType;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** One tensor of a weight file. */
public final class WeightEntry {
    private final Path file;
    private final String name;
    private final DType dtype;
    private final List<Long> shape;
    private final Supplier<ByteBuffer> data;

    /**
     * A tensor whose elements are at hand.
     *
     * @param file where it stands
     * @param name its key there
     * @param shape empty for a scalar
     * @param data the elements in row-major order, little-endian
     */
    public WeightEntry(Path file, String name, DType dtype, List<Long> shape, ByteBuffer data) {
        this(file, name, dtype, shape, () -> data);
    }

    /** A tensor whose elements may have to be put in order, at each call. */
    public WeightEntry(Path file, String name, DType dtype, List<Long> shape, Supplier<ByteBuffer> data) {
        this.file = file;
        this.name = name;
        this.dtype = dtype;
        this.shape = List.copyOf(shape);
        this.data = data;
    }

    /** The file that it stands in. */
    public Path file() {
        return file;
    }

    /** Its key in the file. */
    public String name() {
        return name;
    }

    /** The type of its elements. */
    public DType dtype() {
        return dtype;
    }

    /** The sizes of its dimensions; empty for a scalar. */
    public List<Long> shape() {
        return shape;
    }

    /**
     * The elements in row-major order, read-only and little-endian: mapped from the file, or, of a strided tensor in a torch file, a
     * copy made at each call. Every call returns a view of its own, so threads don't disturb each other.
     */
    public ByteBuffer data() {
        return data.get().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Number of elements; 1 for a scalar. */
    public int elements() {
        return Math.toIntExact(shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact));
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
