package io.github.sdfinetune.core.tensor;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;

/**
 * The native methods of DJL's PyTorch engine that we call, on plain handles.
 *
 * <p>DJL's public classes run TorchScript methods either in inference mode with arguments of any type, or with gradients but with
 * tensors only, and have no place for bfloat16. The native methods below them can do all of that, but their class is
 * package-private; method handles reach it at the cost of a direct call. Checked with DJL 0.35.1.
 */
final class TorchLibrary {
    private static final Object LIBRARY;
    private static final MethodHandle RUN_METHOD;
    private static final MethodHandle FROM_TENSOR;
    private static final MethodHandle FROM_LONG;
    private static final MethodHandle FROM_DOUBLE;
    private static final MethodHandle FROM_BOOL;
    private static final MethodHandle FROM_STRING;
    private static final MethodHandle FROM_LONG_LIST;
    private static final MethodHandle FROM_TENSOR_LIST;
    private static final MethodHandle TO_TENSOR;
    private static final MethodHandle TO_TENSOR_LIST;
    private static final MethodHandle TO_LONG;
    private static final MethodHandle DELETE_VALUE;
    private static final MethodHandle DELETE_TENSOR;
    private static final MethodHandle SIZES;
    private static final MethodHandle MEMORY;

    static {
        try {
            Class<?> library = Class.forName("ai.djl.pytorch.jni.PyTorchLibrary");
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(library, MethodHandles.lookup());
            LIBRARY = lookup.findStaticVarHandle(library, "LIB", library).get();
            RUN_METHOD = find(
                    lookup,
                    "moduleRunMethod",
                    long.class,
                    long.class,
                    String.class,
                    long[].class,
                    boolean.class,
                    boolean.class);
            FROM_TENSOR = find(lookup, "iValueFromTensor", long.class, long.class);
            FROM_LONG = find(lookup, "iValueFromLong", long.class, long.class);
            FROM_DOUBLE = find(lookup, "iValueFromDouble", long.class, double.class);
            FROM_BOOL = find(lookup, "iValueFromBool", long.class, boolean.class);
            FROM_STRING = find(lookup, "iValueFromString", long.class, String.class);
            FROM_LONG_LIST = find(lookup, "iValueFromLongList", long.class, long[].class);
            FROM_TENSOR_LIST = find(lookup, "iValueFromTensorList", long.class, long[].class);
            TO_TENSOR = find(lookup, "iValueToTensor", long.class, long.class);
            TO_TENSOR_LIST = find(lookup, "iValueToTensorList", long[].class, long.class);
            TO_LONG = find(lookup, "iValueToLong", long.class, long.class);
            DELETE_VALUE = find(lookup, "torchDeleteIValue", void.class, long.class);
            DELETE_TENSOR = find(lookup, "torchDeleteTensor", void.class, long.class);
            SIZES = find(lookup, "torchSizes", long[].class, long.class);
            MEMORY = find(lookup, "torchDirectByteBuffer", ByteBuffer.class, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private TorchLibrary() {}

    private static MethodHandle find(MethodHandles.Lookup lookup, String name, Class<?> result, Class<?>... arguments)
            throws ReflectiveOperationException {
        return lookup.findVirtual(LIBRARY.getClass(), name, MethodType.methodType(result, arguments))
                .bindTo(LIBRARY);
    }

    /** Runs a TorchScript method in the ordinary mode (gradients as the thread and the arguments want them). */
    static long runMethod(long module, String name, long[] values) {
        try {
            return (long) RUN_METHOD.invokeExact(module, name, values, true, false);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static long valueOf(long number) {
        return call(FROM_LONG, number);
    }

    static long valueOfTensor(long tensor) {
        return call(FROM_TENSOR, tensor);
    }

    static long tensorOf(long value) {
        return call(TO_TENSOR, value);
    }

    static long longOf(long value) {
        return call(TO_LONG, value);
    }

    private static long call(MethodHandle method, long argument) {
        try {
            return (long) method.invokeExact(argument);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static long valueOf(double number) {
        try {
            return (long) FROM_DOUBLE.invokeExact(number);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static long valueOf(boolean flag) {
        try {
            return (long) FROM_BOOL.invokeExact(flag);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static long valueOf(String text) {
        try {
            return (long) FROM_STRING.invokeExact(text);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static long valueOf(long[] numbers) {
        return call(FROM_LONG_LIST, numbers);
    }

    static long valueOfTensors(long[] tensors) {
        return call(FROM_TENSOR_LIST, tensors);
    }

    private static long call(MethodHandle method, long[] argument) {
        try {
            return (long) method.invokeExact(argument);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static long[] tensorsOf(long value) {
        return callForArray(TO_TENSOR_LIST, value);
    }

    static long[] sizes(long tensor) {
        return callForArray(SIZES, tensor);
    }

    private static long[] callForArray(MethodHandle method, long argument) {
        try {
            return (long[]) method.invokeExact(argument);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** The memory of a contiguous tensor on the CPU, whatever its type; valid as long as the tensor is. */
    static ByteBuffer memory(long tensor) {
        try {
            return (ByteBuffer) MEMORY.invokeExact(tensor);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static void deleteValue(long value) {
        run(DELETE_VALUE, value);
    }

    static void deleteTensor(long tensor) {
        run(DELETE_TENSOR, tensor);
    }

    private static void run(MethodHandle method, long argument) {
        try {
            method.invokeExact(argument);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private static RuntimeException unchecked(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
    }
}
