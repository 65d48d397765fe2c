package io.github.sdfinetune.core.weights;

import java.nio.ByteBuffer;

/**
 * The type of a tensor's elements, named as in safetensors headers. The order is that of the safetensors library, which sorts
 * the tensors of a file by it, last first.
 */
public enum DType {
    BOOL(1),
    U8(1),
    I8(1),
    I16(2),
    F16(2),
    BF16(2),
    I32(4),
    F32(4),
    F64(8),
    I64(8);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Size of one element. */
    public int bytes() {
        return bytes;
    }

    public boolean isFloatingPoint() {
        return this == F16 || this == BF16 || this == F32 || this == F64;
    }

    /** The element as a float: exact for F16, BF16 and F32, rounded for F64 and large integers. */
    float floatAt(ByteBuffer data, int index) {
        int position = index * bytes;
        return switch (this) {
            case F64 -> (float) data.getDouble(position);
            case F32 -> data.getFloat(position);
            case BF16 -> Float.intBitsToFloat(data.getShort(position) << 16);
            case F16 -> halfToFloat(data.getShort(position));
            default -> longAt(data, index);
        };
    }

    /** The element of an integer type. */
    long longAt(ByteBuffer data, int index) {
        int position = index * bytes;
        return switch (this) {
            case I64 -> data.getLong(position);
            case I32 -> data.getInt(position);
            case I16 -> data.getShort(position);
            case I8 -> data.get(position);
            case U8, BOOL -> Byte.toUnsignedInt(data.get(position));
            default -> throw new IllegalStateException(this + " is no integer type");
        };
    }

    /** IEEE 754 binary16: sign, 5 bits of exponent (bias 15), 10 bits of fraction. */
    private static float halfToFloat(short half) {
        int exponent = half >> 10 & 0x1f;
        int fraction = half & 0x3ff;
        float magnitude = switch (exponent) {
            case 0 -> fraction * 0x1p-24f;
            case 0x1f -> Float.intBitsToFloat(0x7f800000 | fraction << 13);
            default -> Float.intBitsToFloat((exponent + 112) << 23 | fraction << 13);
        };
        return half < 0 ? -magnitude : magnitude;
    }
}
