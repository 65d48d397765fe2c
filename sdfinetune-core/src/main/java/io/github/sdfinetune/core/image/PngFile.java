package io.github.sdfinetune.core.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.apache.commons.imaging.bytesource.ByteSource;
import org.apache.commons.imaging.common.BufferedImageFactory;
import org.apache.commons.imaging.formats.png.PngImageParser;
import org.apache.commons.imaging.formats.png.PngImagingParameters;
import org.jspecify.annotations.Nullable;

/**
 * A PNG file. Only the chunks that hold pixels are handed to the decoder: it would apply {@code iCCP} and, wrongly for common
 * files, {@code gAMA}, and turn transparent pixels of {@code tRNS} black.
 */
final class PngFile extends PictureFile {
    private static final int SIGNATURE_BYTES = 8;

    /** Gray pictures too become RGB ones: the JDK would squeeze their values through a linear colour space. */
    private static final BufferedImageFactory PLAIN_RGB = new BufferedImageFactory() {
        @Override
        public BufferedImage getColorBufferedImage(int width, int height, boolean hasAlpha) {
            return new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        }

        @Override
        public BufferedImage getGrayscaleBufferedImage(int width, int height, boolean hasAlpha) {
            return getColorBufferedImage(width, height, hasAlpha);
        }
    };

    private PngFile(byte[] chunks, int width, int height, byte @Nullable [] exif) {
        super(chunks, width, height, exif);
    }

    static PngFile open(byte[] bytes) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(bytes).position(SIGNATURE_BYTES);
        ByteArrayOutputStream chunks = new ByteArrayOutputStream(bytes.length);
        chunks.write(bytes, 0, SIGNATURE_BYTES);
        byte[] exif = null;
        String type;
        do {
            int start = in.position();
            int length = in.getInt();
            type = type(in);
            byte[] data = data(in, type, length);
            switch (type) {
                case "IHDR", "PLTE", "IDAT", "IEND" -> chunks.write(bytes, start, in.position() - start);
                case "eXIf" -> exif = data;
                default -> {}
            }
        } while (!type.equals("IEND"));
        byte[] kept = chunks.toByteArray();
        ByteBuffer header = ByteBuffer.wrap(kept).position(SIGNATURE_BYTES + 4);
        if (!type(header).equals("IHDR")) {
            throw new UnreadablePictureException("damaged: a PNG file without its header (IHDR) at the start");
        }
        return new PngFile(kept, header.getInt(), header.getInt(), exif);
    }

    private static String type(ByteBuffer in) {
        byte[] type = new byte[4];
        in.get(type);
        return new String(type, StandardCharsets.ISO_8859_1);
    }

    /** The decoder does not compare checksums, so it would return damaged pixels without a word. */
    private static byte[] data(ByteBuffer in, String type, int length) throws IOException {
        if (length < 0 || length > in.remaining()) {
            throw new UnreadablePictureException("damaged: the file ends within its chunk " + type);
        }
        byte[] data = new byte[length];
        in.get(data);
        CRC32 checksum = new CRC32();
        checksum.update(type.getBytes(StandardCharsets.ISO_8859_1));
        checksum.update(data);
        if (in.getInt() != (int) checksum.getValue()) {
            throw new UnreadablePictureException("damaged: the checksum of its chunk " + type + " is wrong");
        }
        return data;
    }

    @Override
    RgbImage decode() throws IOException {
        PngImagingParameters parameters = new PngImagingParameters();
        parameters.setBufferedImageFactory(PLAIN_RGB);
        return RgbImage.of(new PngImageParser().getBufferedImage(ByteSource.array(bytes), parameters));
    }
}
