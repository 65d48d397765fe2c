/**
 * What all fuzz tests claim. Each parser has one class with one {@code @FuzzTest}, in the package of the parser; its seeds, and what
 * it ever failed on, stand in the test resources under the same package, {@code <class>Inputs/<method>}. See
 * {@code docs/fuzzing.md}.
 */
@NullMarked
package io.github.sdfinetune.fuzz;

import org.jspecify.annotations.NullMarked;
