package io.github.sdfinetune.core.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An array of numbers in native memory with a shape. Operations give new tensors, owned by the {@link Scope} that is open;
 * their arguments are borrowed and never changed. Using one after its owner was closed is an {@link IllegalStateException}.
 */
public final class Tensor {
    private static final AtomicLong OPEN = new AtomicLong();

    private final long[] shape;
    private long handle;
    private @Nullable Owner owner;
    private @Nullable ScalarType type;

    private Tensor(long handle) {
        this.handle = handle;
        this.shape = TorchLibrary.sizes(handle);
        Scope scope = Scope.current();
        owner = scope;
        scope.add(this);
        OPEN.incrementAndGet();
    }

    /** How many tensors of this process have not been freed: what leak tests compare. */
    public static long open() {
        return OPEN.get();
    }

    /** Copies numbers in row-major order into a tensor of float32. */
    public static Tensor of(float[] values, long... shape) {
        Tensor tensor = empty(ScalarType.FLOAT32, shape);
        checkCount(values.length, shape);
        tensor.memory().asFloatBuffer().put(values);
        return tensor;
    }

    /** Copies whole numbers in row-major order. */
    public static Tensor of(long[] values, long... shape) {
        Tensor tensor = empty(ScalarType.INT64, shape);
        checkCount(values.length, shape);
        tensor.memory().asLongBuffer().put(values);
        return tensor;
    }

    /** Copies numbers as they stand in a little-endian file, in row-major order. */
    public static Tensor of(ScalarType type, ByteBuffer content, long... shape) {
        Tensor tensor = empty(type, shape);
        checkCount(content.remaining() / type.bytes(), shape);
        tensor.memory().put(content.duplicate());
        return tensor;
    }

    /** Memory for numbers that are still to be set. */
    public static Tensor empty(ScalarType type, long... shape) {
        return call("empty", shape, type.code());
    }

    /** Zeros in the shape and type of another tensor. */
    public static Tensor zerosLike(Tensor other) {
        return call("zeros_like", other);
    }

    private static void checkCount(long count, long... shape) {
        long expected = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        if (count != expected) {
            throw new IllegalArgumentException(
                    count + " numbers do not fill the shape " + Arrays.toString(shape) + " of " + expected);
        }
    }

    /** Joins tensors along a dimension. */
    public static Tensor concat(int dim, Tensor... parts) {
        return call("concat", List.of(parts), dim);
    }

    static Tensor call(String kernel, Object... arguments) {
        long value = Torch.call(kernel, arguments);
        try {
            return new Tensor(TorchLibrary.tensorOf(value));
        } finally {
            TorchLibrary.deleteValue(value);
        }
    }

    static List<Tensor> callForList(String kernel, Object... arguments) {
        long value = Torch.call(kernel, arguments);
        try {
            return Arrays.stream(TorchLibrary.tensorsOf(value))
                    .mapToObj(Tensor::new)
                    .toList();
        } finally {
            TorchLibrary.deleteValue(value);
        }
    }

    static void run(String kernel, Object... arguments) {
        TorchLibrary.deleteValue(Torch.call(kernel, arguments));
    }

    /** A copy of the shape. */
    public long[] shape() {
        return shape.clone();
    }

    /** How many dimensions there are. */
    public int rank() {
        return shape.length;
    }

    /** The size of a dimension; negative ones count from the end. */
    public long size(int dim) {
        return shape[dim < 0 ? shape.length + dim : dim];
    }

    /** How many numbers there are. */
    public long count() {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    public ScalarType type() {
        if (type == null) {
            long value = Torch.call("type_of", this);
            try {
                type = ScalarType.ofCode(TorchLibrary.longOf(value));
            } finally {
                TorchLibrary.deleteValue(value);
            }
        }
        return type;
    }

    /** The numbers in row-major order, converted to float. */
    public float[] toFloats() {
        try (Scope scope = Scope.open()) {
            float[] values = new float[Math.toIntExact(count())];
            to("cpu")
                    .as(ScalarType.FLOAT32)
                    .contiguous()
                    .memory()
                    .asFloatBuffer()
                    .get(values);
            return values;
        }
    }

    /** The numbers in row-major order, converted to double. */
    public double[] toDoubles() {
        try (Scope scope = Scope.open()) {
            double[] values = new double[Math.toIntExact(count())];
            to("cpu")
                    .as(ScalarType.FLOAT64)
                    .contiguous()
                    .memory()
                    .asDoubleBuffer()
                    .get(values);
            return values;
        }
    }

    /** The whole numbers in row-major order. */
    public long[] toLongs() {
        try (Scope scope = Scope.open()) {
            long[] values = new long[Math.toIntExact(count())];
            to("cpu").as(ScalarType.INT64).contiguous().memory().asLongBuffer().get(values);
            return values;
        }
    }

    /** The only number. */
    public double toDouble() {
        double[] values = toDoubles();
        if (values.length != 1) {
            throw new IllegalStateException("expected one number, shape is " + Arrays.toString(shape));
        }
        return values[0];
    }

    /** The numbers in a type; this tensor itself if it has that type already. */
    public Tensor as(ScalarType type) {
        return type() == type ? this : call("to_type", this, type.code());
    }

    /** @param device {@code "cpu"} or {@code "cuda:N"} */
    public Tensor to(String device) {
        return call("to_device", this, device);
    }

    /** On the device of another tensor; the same memory if it is there already. */
    public Tensor beside(Tensor other) {
        return call("beside", this, other);
    }

    /** Laid out in row-major order; the same memory if it is already. */
    public Tensor contiguous() {
        return call("contiguous", this);
    }

    /** Laid out with the channels of (batch, channels, height, width) innermost; the same memory if it is already. */
    public Tensor channelsLast() {
        return call("channels_last", this);
    }

    public Tensor add(Tensor other) {
        return call("add", this, other);
    }

    public Tensor multiply(Tensor other) {
        return call("multiply", this, other);
    }

    public Tensor multiply(double factor) {
        return call("scale", this, factor);
    }

    public Tensor clamp(double low, double high) {
        return call("clamp", this, low, high);
    }

    public Tensor exp() {
        return call("exp", this);
    }

    public Tensor reshape(long... shape) {
        return call("reshape", this, shape);
    }

    public Tensor permute(long... order) {
        return call("permute", this, order);
    }

    /** From a feature map (batch, channels, height, width) to (batch, height·width, channels); no copy with channels last. */
    public Tensor tokens() {
        return permute(0, 2, 3, 1).reshape(size(0), size(2) * size(3), size(1));
    }

    /** From (batch, height·width, channels) to a feature map (batch, channels, height, width) with channels last; no copy. */
    public Tensor map(long height, long width) {
        return reshape(size(0), height, width, size(2)).permute(0, 3, 1, 2);
    }

    /** A window of a dimension, without copying. */
    public Tensor narrow(int dim, long start, long length) {
        return call("narrow", this, dim, start, length);
    }

    /** Rows of the first dimension. */
    public Tensor rows(long... indices) {
        return call("select_rows", this, of(indices, indices.length).beside(this));
    }

    @Override
    public String toString() {
        return "Tensor" + Arrays.toString(shape) + (owner == null ? " (closed)" : "");
    }

    /** The memory of a contiguous tensor on the CPU. */
    private ByteBuffer memory() {
        if (count() == 0) {
            return ByteBuffer.allocate(0);
        }
        return TorchLibrary.memory(handle()).order(ByteOrder.LITTLE_ENDIAN);
    }

    long handle() {
        if (owner == null) {
            throw new IllegalStateException("the owner of this tensor was closed: shape " + Arrays.toString(shape));
        }
        return handle;
    }

    boolean isOwnedBy(Owner candidate) {
        return owner == candidate;
    }

    void moveTo(Owner next) {
        handle();
        owner = next;
        next.add(this);
    }

    void free() {
        owner = null;
        TorchLibrary.deleteTensor(handle);
        OPEN.decrementAndGet();
    }
}
