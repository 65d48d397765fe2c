/**
 * What made a picture, as its file keeps it: the whole request as JSON ({@link io.github.sdfinetune.core.request.RequestText}), which is
 * read back ({@link io.github.sdfinetune.core.request.RequestFile}) as is, for want of it, AUTOMATIC1111's text. Imports the API,
 * config and image.
 */
@NullMarked
package io.github.sdfinetune.core.request;

import org.jspecify.annotations.NullMarked;
