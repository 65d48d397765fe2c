/**
 * What an application sees of sdfinetune: four nouns ({@link io.github.sdfinetune.Pipeline}, {@link
 * io.github.sdfinetune.Dataset}, {@link io.github.sdfinetune.TrainerConfig}, {@link io.github.sdfinetune.Adapter}) and the
 * small values beside them. Nothing here knows the engine: signatures hold JDK types only, and the implementation is found
 * with {@link java.util.ServiceLoader}.
 */
@NullMarked
package io.github.sdfinetune;

import org.jspecify.annotations.NullMarked;
