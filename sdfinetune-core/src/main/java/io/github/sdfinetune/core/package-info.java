/**
 * The implementation behind the API: {@code DefaultPipeline} stands above pipeline and training, which
 * stand above the networks, which stand above weights and tensors. No package imports one that stands above it.
 */
@NullMarked
package io.github.sdfinetune.core;

import org.jspecify.annotations.NullMarked;
