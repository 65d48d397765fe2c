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

    /** Appends a number in a floating-point type. */
    void putFloat(ByteBuffer data, float value) {
        switch (this) {
            case F64 -> data.putDouble(value);
            case F32 -> data.putFloat(value);
            case BF16 -> data.putShort(floatToBfloat16(value));
            case F16 -> data.putShort(floatToHalf(value));
            default -> throw new IllegalStateException(this + " is no floating-point type");
        }
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

    /** The upper half of a float; adding just under half a unit, or half of one to odd numbers, rounds ties to even. */
    private static short floatToBfloat16(float value) {
        if (Float.isNaN(value)) {
            return 0x7fc0;
        }
        int bits = Float.floatToRawIntBits(value);
        return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
    }

    private static short floatToHalf(float value) {
        int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
        float magnitude = Math.abs(value);
        if (Float.isNaN(value)) {
            return 0x7e00;
        }
        if (magnitude >= 65520) { // half a unit above the largest number
            return (short) (sign | 0x7c00);
        }
        if (magnitude < 0x1p-14f) {
            return (short) (sign | (int) Math.rint(magnitude * 0x1p24)); // no hidden bit; the exponent grows by itself
        }
        int bits = Float.floatToRawIntBits(magnitude) - (112 << 23);
        return (short) (sign | ((bits + 0xfff + (bits >>> 13 & 1)) >>> 13));
    }
}
