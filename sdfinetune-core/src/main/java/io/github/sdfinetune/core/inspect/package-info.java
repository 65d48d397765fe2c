/**
 * Tells what files and folders are: {@code Inspector} looks at the path and hands it to {@code FolderInspection} (a model in diffusers'
 * layout), {@code ComponentInspection} (the folder of one network), {@code LooseFolder} (other folders) or {@code FileInspection} (one
 * file, which is a checkpoint, an adapter, other tensors or, for {@code PictureInspection}, a picture). {@code Findings} collects what
 * they tell. What loading would refuse is found by the code that loads, on headers alone. May import {@code model}, {@code request}
 * and what they import.
 */
@NullMarked
package io.github.sdfinetune.core.inspect;

import org.jspecify.annotations.NullMarked;
