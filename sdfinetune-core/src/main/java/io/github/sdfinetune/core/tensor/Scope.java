package io.github.sdfinetune.core.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The extent of tensors: every tensor belongs to the scope that is innermost on its thread when it is made, and dies when that
 * scope is closed. Arguments are borrowed; a result that outlives the scope is {@linkplain #keep kept} or {@linkplain
 * Arena#adopt adopted}.
 *
 * <pre>{@code
 * try (Scope step = Scope.open()) {
 *     Tensor noise = unet.forward(latents, timestep, conditioning);
 *     ...
 * }
 * }</pre>
 */
public final class Scope implements AutoCloseable, Owner {
    private static final ThreadLocal<@Nullable Scope> CURRENT = new ThreadLocal<>();

    private final @Nullable Scope enclosing = CURRENT.get();
    private final List<Tensor> tensors = new ArrayList<>();

    private Scope() {}

    /** Opens a scope on this thread; close it on the same thread, before those that enclose it. */
    public static Scope open() {
        Scope scope = new Scope();
        CURRENT.set(scope);
        return scope;
    }

    /** Runs a computation in a scope of its own, of which only the result is kept. */
    public static Tensor keeping(Supplier<Tensor> computation) {
        try (Scope scope = open()) {
            return scope.keep(computation.get());
        }
    }

    /** Hands a tensor to the enclosing scope. */
    public Tensor keep(Tensor tensor) {
        if (enclosing == null) {
            throw new IllegalStateException("no scope encloses this one");
        }
        if (tensor.isOwnedBy(this)) {
            tensor.moveTo(enclosing);
        }
        return tensor;
    }

    static Scope current() {
        Scope scope = CURRENT.get();
        if (scope == null) {
            throw new IllegalStateException(
                    "no scope is open on thread " + Thread.currentThread().getName());
        }
        return scope;
    }

    @Override
    public void add(Tensor tensor) {
        tensors.add(tensor);
    }

    @Override
    public void close() {
        if (CURRENT.get() != this) {
            throw new IllegalStateException("scopes must be closed on their own thread, the innermost first");
        }
        if (enclosing == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(enclosing);
        }
        for (Tensor tensor : tensors) {
            if (tensor.isOwnedBy(this)) {
                tensor.free();
            }
        }
    }
}
