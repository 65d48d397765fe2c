/**
 * The library's own errors. An argument out of range is an {@link java.lang.IllegalArgumentException}
 * (of its own kind where an application may want to say more), use after close an {@link
 * java.lang.IllegalStateException}; what is wrong with a file, a dataset or a run is one of the types here. Every message says
 * what was wrong, where, and what would be right.
 */
@NullMarked
package io.github.sdfinetune.error;

import org.jspecify.annotations.NullMarked;
