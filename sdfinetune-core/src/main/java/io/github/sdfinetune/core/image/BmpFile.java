package io.github.sdfinetune.core.image;

import java.awt.Dimension;
import java.io.IOException;
import org.apache.commons.imaging.bytesource.ByteSource;
import org.apache.commons.imaging.formats.bmp.BmpImageParser;

/** A BMP file. */
final class BmpFile extends PictureFile {
    private BmpFile(byte[] bytes, int width, int height) {
        super(bytes, width, height, null);
    }

    static BmpFile open(byte[] bytes) throws IOException {
        Dimension size = new BmpImageParser().getImageSize(ByteSource.array(bytes), null);
        if (size.height < 0) {
            throw new UnreadablePictureException("a BMP file with its rows from top to bottom, which is not supported");
        }
        return new BmpFile(bytes, size.width, size.height);
    }

    @Override
    RgbImage decode() throws IOException {
        return RgbImage.of(new BmpImageParser().getBufferedImage(ByteSource.array(bytes), null));
    }
}
