package io.github.sdfinetune.core.image;

import io.github.sdfinetune.Picture;
import io.github.sdfinetune.core.file.AtomicFile;
import io.github.sdfinetune.error.OutputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.imaging.formats.png.AbstractPngText;
import org.apache.commons.imaging.formats.png.PngImageParser;
import org.apache.commons.imaging.formats.png.PngImagingParameters;

/** Writes pictures as PNG files with a text that says what made them. */
public final class PngWriter {
    private static final String KEYWORD = "parameters";

    private PngWriter() {}

    /**
     * Writes a picture with 8 bits a channel, replacing a file that exists; whole or not at all.
     *
     * @param parameters stands in a chunk {@code parameters}: {@code tEXt} if it can be written in Latin-1, else {@code iTXt}, as
     *     AUTOMATIC1111 writes it
     * @throws OutputException if the file can't be written
     */
    public static void write(Path png, Picture picture, String parameters) {
        AtomicFile.write(png, channel -> {
            ByteBuffer encoded = ByteBuffer.wrap(encode(picture, parameters));
            while (encoded.hasRemaining()) {
                channel.write(encoded);
            }
        });
    }

    private static byte[] encode(Picture picture, String parameters) throws IOException {
        PngImagingParameters settings = new PngImagingParameters();
        settings.setForceTrueColor(true);
        settings.setPredictorEnabled(true);
        settings.setTextChunks(List.of(text(parameters)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new PngImageParser().writeImage(picture.toBufferedImage(), out, settings);
        return out.toByteArray();
    }

    private static AbstractPngText text(String parameters) {
        return StandardCharsets.ISO_8859_1.newEncoder().canEncode(parameters)
                ? new AbstractPngText.Text(KEYWORD, parameters)
                : new AbstractPngText.Itxt(KEYWORD, parameters, "", "");
    }
}
