/** How the implementation is found; of no interest to applications. */
@NullMarked
package io.github.sdfinetune.spi;

import org.jspecify.annotations.NullMarked;
