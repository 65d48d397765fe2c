package io.github.sdfinetune.core.image;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.ImageReader;
import org.jspecify.annotations.Nullable;

/** A WebP file: a RIFF container of chunks. */
final class WebpFile extends PictureFile {
    private static final int FIRST_CHUNK = 12;
    private static final int FLAGS = FIRST_CHUNK + 8;
    private static final byte HAS_PROFILE = 0x20;

    private WebpFile(byte[] bytes, int width, int height, byte @Nullable [] exif) {
        super(bytes, width, height, exif);
    }

    static WebpFile open(byte[] bytes) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long end = 8 + Integer.toUnsignedLong(in.getInt(4));
        if (end > bytes.length) {
            throw new UnreadablePictureException(
                    "damaged: the file ends after " + bytes.length + " of " + end + " bytes");
        }
        byte[] picture = bytes.clone();
        if (type(in, FIRST_CHUNK).equals("VP8X")) {
            // Otherwise the decoder would convert from the profile's colour space.
            picture[FLAGS] &= ~HAS_PROFILE;
        }
        ImageReader reader = reader(picture);
        try {
            return new WebpFile(picture, reader.getWidth(0), reader.getHeight(0), exif(bytes, in, end));
        } finally {
            reader.dispose();
        }
    }

    private static String type(ByteBuffer in, int position) {
        byte[] type = new byte[4];
        in.get(position, type);
        return new String(type, StandardCharsets.ISO_8859_1);
    }

    private static byte @Nullable [] exif(byte[] bytes, ByteBuffer in, long end) {
        long position = FIRST_CHUNK;
        while (position + 8 <= end) {
            long length = Integer.toUnsignedLong(in.getInt((int) position + 4));
            long data = position + 8;
            if (type(in, (int) position).equals("EXIF")) {
                return withoutJpegPrefix(Arrays.copyOfRange(bytes, (int) data, (int) Math.min(data + length, end)));
            }
            position = data + length + (length & 1);
        }
        return null;
    }

    /** Some programs copy the whole segment of a JPEG file. */
    private static byte[] withoutJpegPrefix(byte[] exif) {
        return new String(exif, StandardCharsets.ISO_8859_1).startsWith(JpegFile.EXIF)
                ? Arrays.copyOfRange(exif, JpegFile.EXIF.length(), exif.length)
                : exif;
    }

    /** Asked for by class, because what {@code ImageIO} finds depends on the class loader. */
    private static ImageReader reader(byte[] bytes) throws IOException {
        ImageReader reader = new WebPImageReaderSpi().createReaderInstance(null);
        reader.setInput(new ByteArrayImageInputStream(bytes));
        return reader;
    }

    @Override
    RgbImage decode() throws IOException {
        ImageReader reader = reader(bytes);
        try {
            return RgbImage.of(reader.read(0).getRaster());
        } finally {
            reader.dispose();
        }
    }
}
