package io.github.sdfinetune.core.image;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A picture file of one format, looked into but not decoded yet. */
abstract class PictureFile {
    /** What the decoder gets. */
    final byte[] bytes;

    /** As the header states it; not checked. */
    final int width;

    /** As the header states it; not checked. */
    final int height;

    /** The EXIF data as the TIFF structure that they are, or null if there are none. */
    final byte @Nullable [] exif;

    PictureFile(byte[] bytes, int width, int height, byte @Nullable [] exif) {
        this.bytes = bytes;
        this.width = width;
        this.height = height;
        this.exif = exif;
    }

    /** The pixels as they stand in the file, not turned. */
    abstract RgbImage decode() throws IOException;
}
