package io.github.sdfinetune.core.tensor;

/** Who frees a tensor. */
sealed interface Owner permits Scope, Arena {
    void add(Tensor tensor);
}
