package io.github.sdfinetune.core.tensor;

import io.github.sdfinetune.Precision;

/** The types of numbers in tensors, with libtorch's codes. */
public enum ScalarType {
    FLOAT32(6, 4),
    FLOAT64(7, 8),
    FLOAT16(5, 2),
    BFLOAT16(15, 2),
    INT64(4, 8);

    private final int code;
    private final int bytes;

    ScalarType(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /** The type that holds weights of a precision. */
    public static ScalarType of(Precision precision) {
        return switch (precision) {
            case FLOAT32 -> FLOAT32;
            case BFLOAT16 -> BFLOAT16;
            case FLOAT16 -> FLOAT16;
        };
    }

    int code() {
        return code;
    }

    /** How many bytes a number takes. */
    public int bytes() {
        return bytes;
    }

    static ScalarType ofCode(long code) {
        for (ScalarType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new IllegalStateException("a tensor has the unexpected scalar type " + code);
    }
}
