package io.github.sdfinetune.core.image;

import java.io.IOException;
import org.apache.commons.imaging.FormatCompliance;
import org.apache.commons.imaging.bytesource.ByteSource;
import org.apache.commons.imaging.formats.tiff.TiffDirectory;
import org.apache.commons.imaging.formats.tiff.TiffField;
import org.apache.commons.imaging.formats.tiff.TiffImageParser;
import org.apache.commons.imaging.formats.tiff.TiffReader;
import org.apache.commons.imaging.formats.tiff.constants.TiffTagConstants;

/** A TIFF file, of which the first page counts. */
final class TiffFile extends PictureFile {
    private static final int OLD_JPEG = 6;
    private static final int JPEG = 7;

    /** The whole file is its EXIF data: they are a TIFF structure, and their tags stand among the others here. */
    private TiffFile(byte[] bytes, int width, int height) {
        super(bytes, width, height, bytes);
    }

    static TiffFile open(byte[] bytes) throws IOException {
        TiffDirectory page = new TiffReader(false)
                .readFirstDirectory(ByteSource.array(bytes), false, FormatCompliance.getDefault())
                .directories
                .get(0);
        TiffField compression = page.findField(TiffTagConstants.TIFF_TAG_COMPRESSION);
        if (compression != null && (compression.getIntValue() == JPEG || compression.getIntValue() == OLD_JPEG)) {
            // The decoder would read it with its own JPEG decoder, which gives wrong colours without an error.
            throw new UnreadablePictureException(
                    "a TIFF file with JPEG compression, which is not supported; save it as JPEG or with LZW compression");
        }
        return new TiffFile(
                bytes,
                page.getSingleFieldValue(TiffTagConstants.TIFF_TAG_IMAGE_WIDTH),
                page.getSingleFieldValue(TiffTagConstants.TIFF_TAG_IMAGE_LENGTH));
    }

    @Override
    RgbImage decode() throws IOException {
        return RgbImage.of(new TiffImageParser().getBufferedImage(ByteSource.array(bytes), null));
    }
}
