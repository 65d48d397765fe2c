@NullMarked
package io.github.sdfinetune.core.tensor;

import org.jspecify.annotations.NullMarked;
