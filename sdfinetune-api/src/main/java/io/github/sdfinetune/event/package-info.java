/** What a long call reports while it runs. Events are values; a listener gets them on the thread that does the work. */
@NullMarked
package io.github.sdfinetune.event;

import org.jspecify.annotations.NullMarked;
