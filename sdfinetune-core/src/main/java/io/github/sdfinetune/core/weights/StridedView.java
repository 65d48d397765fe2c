package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.error.ModelFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor as torch describes it: element (i, j, …) is number {@code offset + i·strides[0] + j·strides[1] + …} of a storage. The
 * constructor sees to it that every element lies inside.
 */
final class StridedView {
    private final TorchStorage storage;
    private final long offset;
    private final long[] shape;
    private final long[] strides;
    private final long elements;

    StridedView(TorchStorage storage, long offset, long[] shape, long[] strides, ReadLimits limits) {
        this.storage = storage;
        this.offset = offset;
        this.shape = shape;
        this.strides = strides;
        if (shape.length != strides.length
                || offset < 0
                || Arrays.stream(shape).anyMatch(size -> size < 0)
                || Arrays.stream(strides).anyMatch(stride -> stride < 0)) {
            throw fault("has a size, stride or offset that can't be");
        }
        try {
            elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
            checkInside();
            checkSize(limits);
        } catch (ArithmeticException e) {
            throw fault("has more elements than a file can hold");
        }
    }

    private void checkInside() {
        long last = offset;
        for (int i = 0; elements > 0 && i < shape.length; i++) {
            last = Math.addExact(last, Math.multiplyExact(shape[i] - 1, strides[i]));
        }
        if (elements > 0 && last >= storage.elements()) {
            throw fault("reaches element " + last + " of a storage of " + storage.elements());
        }
    }

    private void checkSize(ReadLimits limits) {
        long bytes = Math.multiplyExact(elements, (long) dtype().bytes());
        if (bytes > Math.max(storage.bytes(), limits.repeatedBytes())) {
            throw fault("repeats the same elements until they take " + bytes + " bytes, the limit is "
                    + limits.repeatedBytes());
        }
    }

    private ModelFormatException fault(String problem) {
        return storage.fault("has a view that " + problem + ": shape " + Arrays.toString(shape) + ", strides "
                + Arrays.toString(strides) + ", offset " + offset);
    }

    /** All of a storage, in one dimension. */
    static StridedView of(TorchStorage storage, ReadLimits limits) {
        return new StridedView(storage, 0, new long[] {storage.elements()}, new long[] {1}, limits);
    }

    TorchStorage storage() {
        return storage;
    }

    Path file() {
        return storage.file();
    }

    DType dtype() {
        return storage.dtype();
    }

    List<Long> shape() {
        return Arrays.stream(shape).boxed().toList();
    }

    /** The elements in row-major order, little-endian: a slice of the storage where they lie so, else a copy. */
    ByteBuffer contiguous() {
        int width = dtype().bytes();
        int bytes = Math.toIntExact(elements * width);
        boolean bigEndian = storage.data().order() == ByteOrder.BIG_ENDIAN && width > 1;
        if (bytes > 0 && isRowMajor() && !bigEndian) {
            return storage.data().slice(Math.toIntExact(offset * width), bytes);
        }
        ByteBuffer copy = ByteBuffer.allocate(bytes);
        if (bytes > 0) {
            gather(copy, 0, offset);
        }
        if (bigEndian) {
            reverseElements(copy.array(), width);
        }
        return copy.flip();
    }

    private boolean isRowMajor() {
        long expected = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            if (shape[i] != 1 && strides[i] != expected) {
                return false;
            }
            expected *= shape[i];
        }
        return true;
    }

    private void gather(ByteBuffer target, int dimension, long element) {
        int width = dtype().bytes();
        boolean isRun = dimension == shape.length - 1 && strides[dimension] == 1;
        if (dimension == shape.length || isRun) {
            int length = width * (isRun ? (int) shape[dimension] : 1);
            target.put(target.position(), storage.data(), (int) element * width, length);
            target.position(target.position() + length);
            return;
        }
        for (long i = 0; i < shape[dimension]; i++) {
            gather(target, dimension + 1, element + i * strides[dimension]);
        }
    }

    private static void reverseElements(byte[] bytes, int width) {
        for (int start = 0; start < bytes.length; start += width) {
            for (int low = start, high = start + width - 1; low < high; low++, high--) {
                byte kept = bytes[low];
                bytes[low] = bytes[high];
                bytes[high] = kept;
            }
        }
    }
}
