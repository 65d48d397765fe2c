package io.github.sdfinetune.core.image;

import io.github.sdfinetune.Picture;
import io.github.sdfinetune.core.file.AtomicFile;
import io.github.sdfinetune.error.OutputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.imaging.formats.png.AbstractPngText;
import org.apache.commons.imaging.formats.png.PngImageParser;
import org.apache.commons.imaging.formats.png.PngImagingParameters;

/** Writes pictures as PNG files with texts that say what made them. */
public final class PngWriter {
    private PngWriter() {}

    /**
     * Writes a picture with 8 bits a channel, replacing a file that exists; whole or not at all.
     *
     * @param texts by their keywords, each in a chunk {@code tEXt} if it can be written in Latin-1, else {@code iTXt}, as
     *     AUTOMATIC1111 writes them
     * @throws OutputException if the file can't be written
     */
    public static void write(Path png, Picture picture, Map<String, String> texts) {
        AtomicFile.write(png, channel -> AtomicFile.append(channel, ByteBuffer.wrap(encode(picture, texts))));
    }

    private static byte[] encode(Picture picture, Map<String, String> texts) throws IOException {
        PngImagingParameters settings = new PngImagingParameters();
        settings.setForceTrueColor(true);
        settings.setPredictorEnabled(true);
        settings.setTextChunks(texts.entrySet().stream()
                .map(text -> chunk(text.getKey(), text.getValue()))
                .toList());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new PngImageParser().writeImage(picture.toBufferedImage(), out, settings);
        return out.toByteArray();
    }

    private static AbstractPngText chunk(String keyword, String text) {
        return StandardCharsets.ISO_8859_1.newEncoder().canEncode(text)
                ? new AbstractPngText.Text(keyword, text)
                : new AbstractPngText.Itxt(keyword, text, "", "");
    }
}
