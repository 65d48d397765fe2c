package io.github.sdfinetune.core.tensor;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import io.github.sdfinetune.error.EngineException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** libtorch in this process, started once together with our kernels. It holds nothing that changes. */
public final class Torch {
    private static final ThreadLocal<Boolean> THREAD_PREPARED = new ThreadLocal<>();
    private static @Nullable Torch instance;

    /** Kept because its end would unload the kernels. */
    private final PtSymbolBlock module;

    private Torch(PtSymbolBlock module) {
        this.module = module;
    }

    /**
     * Starts libtorch if this process has not done so yet.
     *
     * @throws EngineException if the natives of this platform are missing or can't be loaded
     */
    public static void start() {
        get();
    }

    /** Sets how many threads one operation may use, for the whole process. */
    public static void setThreads(int threads) {
        start();
        JniUtils.setNumThreads(threads);
    }

    /**
     * Checks that a device is there.
     *
     * @param device {@code "cpu"} or {@code "cuda:N"}
     * @throws EngineException if it can't be used
     */
    public static void requireDevice(String device) {
        try (Scope scope = Scope.open()) {
            Tensor.of(new float[1], 1).to(device);
        } catch (ai.djl.engine.EngineException e) {
            throw new EngineException(
                    "the device \"" + device + "\" can't be used; it takes a graphics card and, on the class path,"
                            + " PyTorch's natives for CUDA. \"cpu\" works everywhere",
                    e);
        }
    }

    private static synchronized Torch get() {
        if (instance == null) {
            instance = new Torch(load());
        }
        return instance;
    }

    private static PtSymbolBlock load() {
        String remedy = "Add the dependency ai.djl.pytorch:pytorch-native-cpu with the classifier of this platform"
                + " (linux-x86_64, linux-aarch64, osx-aarch64 or win-x86_64)";
        return Natives.load("PyTorch", remedy, () -> {
            HugePages.enable();
            try (InputStream archive = KernelArchive.open()) {
                NDManager manager = Engine.getEngine("PyTorch").newBaseManager();
                return JniUtils.loadModule((PtNDManager) manager, archive, false, false);
            }
        });
    }

    /**
     * Calls a kernel with tensors, lists of tensors, {@code long[]}, whole numbers, {@code double}s, booleans, strings or generators.
     *
     * @return the handle of the result, which the caller deletes
     */
    static long call(String kernel, Object... arguments) {
        Torch torch = get();
        prepareThread();
        long[] values = new long[arguments.length];
        int made = 0;
        try {
            for (; made < arguments.length; made++) {
                values[made] = toValue(arguments[made]);
            }
            return TorchLibrary.runMethod(torch.module.getHandle(), kernel, values);
        } finally {
            for (int i = 0; i < made; i++) {
                if (!(arguments[i] instanceof NoiseSource)) {
                    TorchLibrary.deleteValue(values[i]);
                }
            }
        }
    }

    private static long toValue(Object argument) {
        if (argument instanceof Tensor tensor) {
            return TorchLibrary.valueOfTensor(tensor.handle());
        } else if (argument instanceof Number number) {
            return number instanceof Double || number instanceof Float
                    ? TorchLibrary.valueOf(number.doubleValue())
                    : TorchLibrary.valueOf(number.longValue());
        } else if (argument instanceof long[] numbers) {
            return TorchLibrary.valueOf(numbers);
        } else if (argument instanceof List<?> tensors) {
            return TorchLibrary.valueOfTensors(
                    tensors.stream().mapToLong(t -> ((Tensor) t).handle()).toArray());
        } else if (argument instanceof NoiseSource source) {
            return source.value();
        } else if (argument instanceof Boolean flag) {
            return TorchLibrary.valueOf((boolean) flag);
        } else if (argument instanceof String text) {
            return TorchLibrary.valueOf(text);
        }
        throw new IllegalArgumentException("no argument of a kernel: " + argument.getClass());
    }

    /**
     * Both settings belong to a thread. The graph executor's optimiser specialises methods by profiling, which costs more than it
     * gives for methods of one or two operators. Gradients are off until {@link Gradients} asks for them.
     */
    static void prepareThread() {
        if (THREAD_PREPARED.get() == null) {
            JniUtils.setGraphExecutorOptimize(false);
            JniUtils.setGradMode(false);
            THREAD_PREPARED.set(true);
        }
    }
}
