package io.github.sdfinetune.core;

import io.github.sdfinetune.ProgressListener;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The calls of a pipeline that are under way. They share what it owns as long as they compute, not while a listener hears of them: so
 * the listener may close the pipeline, or wait for a thread that does.
 */
final class Calls {
    private final ReentrantReadWriteLock computing = new ReentrantReadWriteLock();
    private volatile boolean closed;
    private boolean freed; // guarded by the write lock

    /**
     * Makes a call.
     *
     * @throws IllegalStateException if the pipeline is closed, without waiting for a closing under way
     */
    <T> T whileOpen(Supplier<T> call) {
        if (!computing.readLock().tryLock()) {
            throw closed();
        }
        try {
            if (closed) {
                throw closed();
            }
            return call.get();
        } finally {
            computing.readLock().unlock();
        }
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("Pipeline is closed");
    }

    /**
     * Through which a call tells its listener, on the thread of the call. Ends the call with an {@link IllegalStateException} if the
     * pipeline was closed meanwhile.
     */
    ProgressListener pausing(ProgressListener listener) {
        return event -> {
            computing.readLock().unlock();
            try {
                listener.on(event);
            } finally {
                computing.readLock().lock();
            }
            if (closed) {
                throw new IllegalStateException("Pipeline is closed; the call under way ended at " + event);
            }
        };
    }

    /** Tells whether the calls under way are to end. */
    BooleanSupplier closing() {
        return () -> closed;
    }

    /**
     * Lets no further call begin and waits until none computes; then frees what they shared, once.
     *
     * @param free what they shared
     */
    void close(Runnable free) {
        closed = true;
        computing.writeLock().lock();
        try {
            if (!freed) {
                freed = true;
                free.run();
            }
        } finally {
            computing.writeLock().unlock();
        }
    }
}
