/**
 * Tells what files and folders are: {@code Inspector} looks at the path and hands it to {@code ModelInspection} (a folder in
 * diffusers' layout or a checkpoint), {@code ComponentInspection} (the folder of one network), {@code TensorInspection} (other files
 * of tensors) or {@code PictureInspection}. What loading would refuse is found by the code that loads, on headers alone. May import
 * {@code model}, {@code request} and what they import.
 */
@NullMarked
package io.github.sdfinetune.core.inspect;

import org.jspecify.annotations.NullMarked;
