package io.github.sdfinetune.core.image;

import java.io.IOException;
import org.apache.commons.imaging.FormatCompliance;
import org.apache.commons.imaging.bytesource.ByteSource;
import org.apache.commons.imaging.formats.tiff.TiffField;
import org.apache.commons.imaging.formats.tiff.TiffReader;
import org.apache.commons.imaging.formats.tiff.constants.TiffTagConstants;
import org.jspecify.annotations.Nullable;

/** Which side of a picture is up. */
final class Exif {
    private Exif() {}

    /**
     * The orientation as EXIF counts: 1 (is upright) to 8. No EXIF data, no such tag and values outside of 1 to 8, which cameras
     * write for "unknown", count as 1.
     */
    static int orientation(byte @Nullable [] exif) throws UnreadablePictureException {
        if (exif == null) {
            return 1;
        }
        try {
            // Only the first directory: makers' notes further down are often broken and say nothing about the
            // orientation.
            TiffField field = new TiffReader(false)
                    .readFirstDirectory(ByteSource.array(exif), false, FormatCompliance.getDefault())
                    .directories
                    .get(0)
                    .findField(TiffTagConstants.TIFF_TAG_ORIENTATION);
            int orientation = field == null ? 1 : field.getIntValue();
            return orientation >= 1 && orientation <= 8 ? orientation : 1;
        } catch (IOException | RuntimeException e) {
            throw new UnreadablePictureException("its EXIF data are damaged, so it is not known which side is up;"
                    + " repair or remove them (" + e.getMessage() + ")");
        }
    }

    /** Whether width and height change places when a picture of this orientation is turned upright. */
    static boolean isOnItsSide(int orientation) {
        return orientation >= 5;
    }
}
