@NullMarked
package io.github.sdfinetune.core.text;

import org.jspecify.annotations.NullMarked;
