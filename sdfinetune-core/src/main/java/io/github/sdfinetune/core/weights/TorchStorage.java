package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.error.ModelFormatException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The memory that tensors of a torch file are views of. What it holds is known when the whole pickle is read. */
final class TorchStorage {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final Path file;
    private final String key;
    private final DType dtype;
    private final long elements;
    private ByteBuffer data = EMPTY;

    TorchStorage(Path file, String key, DType dtype, long elements) {
        this.file = file;
        this.key = key;
        this.dtype = dtype;
        this.elements = elements;
        if (elements < 0 || elements > Integer.MAX_VALUE / dtype.bytes()) {
            throw fault("claims " + elements + " elements of type " + dtype + ", supported are storages up to 2 GiB");
        }
    }

    /** Gives it its content, in the byte order of the buffer. */
    void fill(ByteBuffer content) {
        if (content.remaining() != bytes()) {
            throw fault("has " + content.remaining() + " bytes, expected " + elements + " elements of type " + dtype);
        }
        data = content;
    }

    Path file() {
        return file;
    }

    String key() {
        return key;
    }

    DType dtype() {
        return dtype;
    }

    long elements() {
        return elements;
    }

    long bytes() {
        return elements * dtype.bytes();
    }

    ByteBuffer data() {
        return data;
    }

    boolean is(DType otherType, long otherElements) {
        return dtype == otherType && elements == otherElements;
    }

    ModelFormatException fault(String problem) {
        return new ModelFormatException(file, key, "storage '" + key + "' " + problem);
    }
}
