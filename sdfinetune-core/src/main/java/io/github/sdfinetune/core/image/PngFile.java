package io.github.sdfinetune.core.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
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
        ByteBuffer in = ByteBuffer.wrap(bytes).position(PngChunk.SIGNATURE_BYTES);
        ByteArrayOutputStream chunks = new ByteArrayOutputStream(bytes.length);
        chunks.write(bytes, 0, PngChunk.SIGNATURE_BYTES);
        byte[] exif = null;
        byte @Nullable [] header = null;
        PngChunk chunk;
        do {
            int start = in.position();
            chunk = PngChunk.next(in);
            switch (chunk.type()) {
                case "IHDR", "PLTE", "IDAT", "IEND" -> {
                    if (header == null) {
                        header = header(chunk);
                    }
                    chunks.write(bytes, start, in.position() - start);
                }
                case "eXIf" -> exif = chunk.data();
                default -> {}
            }
        } while (!chunk.type().equals("IEND"));
        ByteBuffer size = ByteBuffer.wrap(header);
        return new PngFile(chunks.toByteArray(), size.getInt(), size.getInt(), exif);
    }

    private static byte[] header(PngChunk first) throws UnreadablePictureException {
        if (!first.type().equals("IHDR")) {
            throw new UnreadablePictureException("damaged: a PNG file without its header (IHDR) at the start");
        }
        return first.data();
    }

    @Override
    RgbImage decode() throws IOException {
        PngImagingParameters parameters = new PngImagingParameters();
        parameters.setBufferedImageFactory(PLAIN_RGB);
        return RgbImage.of(new PngImageParser().getBufferedImage(ByteSource.array(bytes), parameters));
    }
}
