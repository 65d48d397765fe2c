package io.github.sdfinetune.core.file;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A hash of something large that never changes, computed when it is first asked for. Thread-safe. */
public final class LazyHash {
    private final Supplier<String> computation;
    private volatile @Nullable String hash;

    /** @param computation may run twice if two threads ask at once */
    public LazyHash(Supplier<String> computation) {
        this.computation = computation;
    }

    public String get() {
        String known = hash;
        if (known == null) {
            known = computation.get();
            hash = known;
        }
        return known;
    }
}
