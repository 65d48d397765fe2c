package io.github.sdfinetune.core.tensor;

import ai.djl.util.Utils;
import io.github.sdfinetune.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** Loads DJL's native libraries: without the network, and with errors that say what to do. */
public final class Natives {
    private Natives() {}

    /**
     * Runs what loads a library.
     *
     * @param library its name
     * @param remedy what to do if it can't be loaded: which dependency to add
     * @throws EngineException if it can't be loaded
     */
    public static <T> T load(String library, String remedy, Callable<T> loading) {
        // DJL would look for other natives and report its use over the network; an application may decide otherwise.
        setIfAbsent("ai.djl.offline", "true");
        setIfAbsent("OPT_OUT_TRACKING", "true");
        try {
            return loading.call();
        } catch (Exception | LinkageError | AssertionError e) {
            explainCache(e);
            throw new EngineException(
                    "the natives of " + library + " can't be loaded: " + innermost(e) + ". " + remedy, e);
        }
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** Natives are unpacked into a folder; one that is filled already need not be writable. */
    private static void explainCache(Throwable failure) {
        Path cache = Utils.getEngineCacheDir();
        try {
            Files.createDirectories(cache);
            Files.delete(Files.createTempFile(cache, "write", ".test"));
        } catch (IOException e) {
            failure.addSuppressed(e);
            throw new EngineException(
                    "the folder for native libraries can't be written to: " + cache + " (" + e
                            + "). Name another one in the environment variable or system property DJL_CACHE_DIR",
                    failure);
        }
    }

    private static Throwable innermost(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
