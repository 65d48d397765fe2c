/** How results reach the disk: whole or not at all. Imports the API only. */
@NullMarked
package io.github.sdfinetune.core.file;

import org.jspecify.annotations.NullMarked;
