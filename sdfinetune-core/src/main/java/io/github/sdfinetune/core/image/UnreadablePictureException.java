package io.github.sdfinetune.core.image;

import java.io.IOException;

/** What is wrong with the bytes of a picture file; {@link ImageReader} adds the path. */
final class UnreadablePictureException extends IOException {
    private static final long serialVersionUID = 1;

    UnreadablePictureException(String reason) {
        super(reason);
    }
}
