package io.github.sdfinetune;

import java.util.Map;

/** In which numbers the frozen weights of a model are held and computed with. */
public enum Precision {
    /** 32-bit floating point: equal to diffusers up to rounding. */
    FLOAT32,
    /** bfloat16: half the memory, and several times faster on processors with AMX or AVX-512 bfloat16 instructions. */
    BFLOAT16,
    /**
     * float16. On a CPU a storage form only: weights take half the memory and are computed with in float32. That holds for
     * generating; training keeps a float32 copy of what it needs again, so there bfloat16 is the one that saves memory.
     */
    FLOAT16;

    private static final Map<String, Precision> SHORT = Map.of("fp32", FLOAT32, "bf16", BFLOAT16, "fp16", FLOAT16);

    /**
     * Finds a precision by {@linkplain io.github.sdfinetune name}, short forms ({@code fp32}, {@code bf16}, {@code fp16}) included.
     *
     * @throws IllegalArgumentException for an unknown name; the message lists the known ones
     */
    public static Precision of(String name) {
        return ConstantNames.find(Precision.class, "precision", name, SHORT);
    }
}
