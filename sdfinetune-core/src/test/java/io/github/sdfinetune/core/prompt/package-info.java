@NullMarked
package io.github.sdfinetune.core.prompt;

import org.jspecify.annotations.NullMarked;
