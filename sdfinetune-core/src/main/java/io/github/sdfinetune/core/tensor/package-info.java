/**
 * The one door to native code. {@link io.github.sdfinetune.core.tensor.Tensor} and {@link
 * io.github.sdfinetune.core.tensor.Kernels} are all that the rest of the library sees of libtorch; that kernels are TorchScript,
 * that bfloat16 has no name in DJL, and which thread records gradients is known here alone. Every tensor has an owner: the {@link
 * io.github.sdfinetune.core.tensor.Scope} that was open when it was made, or the {@link io.github.sdfinetune.core.tensor.Arena}
 * that adopted it. Imports the API only.
 */
@NullMarked
package io.github.sdfinetune.core.tensor;

import org.jspecify.annotations.NullMarked;
