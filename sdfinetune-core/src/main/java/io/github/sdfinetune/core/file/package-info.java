/** How results reach the disk: whole or not at all; and the hash by which files are known again. Imports the API only. */
@NullMarked
package io.github.sdfinetune.core.file;

import org.jspecify.annotations.NullMarked;
