package io.github.sdfinetune.core.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The kinds of picture files that are read, told by how they begin. */
public enum PictureFormat {
    JPEG("JPEG"),
    PNG("PNG"),
    WEBP("WebP"),
    GIF("GIF"),
    BMP("BMP"),
    TIFF("TIFF");

    private static final int START_BYTES = 12;

    private final String label;

    PictureFormat(String label) {
        this.label = label;
    }

    /**
     * The format of a file.
     *
     * @param bytes its content, of which the first 12 count
     */
    public static Optional<PictureFormat> of(byte[] bytes) {
        String start = start(bytes);
        return Arrays.stream(values()).filter(format -> format.begins(start)).findFirst();
    }

    static String start(byte[] bytes) {
        return new String(bytes, 0, Math.min(bytes.length, START_BYTES), StandardCharsets.ISO_8859_1);
    }

    private boolean begins(String start) {
        return switch (this) {
            case JPEG -> start.startsWith("\u00ff\u00d8\u00ff");
            case PNG -> start.startsWith(PngChunk.SIGNATURE);
            case WEBP -> start.startsWith("RIFF") && start.startsWith("WEBP", 8);
            case GIF -> start.startsWith("GIF87a") || start.startsWith("GIF89a");
            case BMP -> start.startsWith("BM");
            case TIFF -> start.startsWith("II*\0") || start.startsWith("MM\0*");
        };
    }

    PictureFile open(byte[] bytes) throws IOException {
        return switch (this) {
            case JPEG -> JpegFile.open(bytes);
            case PNG -> PngFile.open(bytes);
            case WEBP -> WebpFile.open(bytes);
            case GIF -> GifFile.open(bytes);
            case BMP -> BmpFile.open(bytes);
            case TIFF -> TiffFile.open(bytes);
        };
    }

    @Override
    public String toString() {
        return label;
    }
}
