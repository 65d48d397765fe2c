/**
 * The command line and small example programs. {@link io.github.sdfinetune.examples.Main} hands the arguments to one class per
 * command; what the commands share (reading options, checking outputs, progress, Ctrl-C, errors) is one small class each.
 * Everything here imports the public API only, as an application would.
 */
@NullMarked
package io.github.sdfinetune.examples;

import org.jspecify.annotations.NullMarked;
