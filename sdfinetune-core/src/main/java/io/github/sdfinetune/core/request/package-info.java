/**
 * What made a picture, as its file keeps it: the whole request as JSON ({@link io.github.sdfinetune.core.request.RequestText}) and
 * AUTOMATIC1111's text ({@link io.github.sdfinetune.core.request.ImageParameters}). {@link io.github.sdfinetune.core.request.RequestFile}
 * reads the first back or, for want of it, the second. Imports the API, {@code config}, {@code file} and {@code image}.
 */
@NullMarked
package io.github.sdfinetune.core.request;

import org.jspecify.annotations.NullMarked;
