package io.github.sdfinetune.core.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The texts in a PNG file by their keywords: the chunks {@code tEXt}, {@code zTXt} and {@code iTXt}. Programs that generate pictures
 * write under {@code parameters} what made them; see {@link ParametersText}.
 */
public final class PngText {
    /** Of all texts together, unpacked: a few kilobytes of a packed chunk could stand for gigabytes. */
    static final int MOST_BYTES = 16 << 20;

    private int bytesLeft = MOST_BYTES;

    private PngText() {}

    /**
     * Reads the texts of a file, in its order; of several with one keyword the last counts.
     *
     * @throws ImageReadException if the file is missing, no PNG file, damaged, or its texts have more than 16 MiB
     */
    public static Map<String, String> read(Path png) throws ImageReadException {
        return ImageReader.decode(png, ImageLimits.DEFAULT, PngText::of);
    }

    /**
     * The texts of a file's content, as {@link #read} gives them.
     *
     * @throws IOException if it is no PNG file, damaged, or its texts have more than 16 MiB; nothing else is thrown
     */
    public static Map<String, String> of(byte[] png) throws IOException {
        if (png.length < PngChunk.SIGNATURE_BYTES
                || !new String(png, 0, PngChunk.SIGNATURE_BYTES, StandardCharsets.ISO_8859_1)
                        .equals(PngChunk.SIGNATURE)) {
            throw new UnreadablePictureException("is no PNG file; only these are read for texts");
        }
        try {
            return new PngText().texts(ByteBuffer.wrap(png).position(PngChunk.SIGNATURE_BYTES));
        } catch (BufferUnderflowException e) {
            throw new UnreadablePictureException("damaged: the file ends too early");
        }
    }

    private Map<String, String> texts(ByteBuffer in) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        String type;
        do {
            PngChunk chunk = PngChunk.next(in);
            type = chunk.type();
            ByteBuffer data = ByteBuffer.wrap(chunk.data());
            switch (type) {
                case "tEXt" -> texts.put(word(data, type), plain(data, StandardCharsets.ISO_8859_1));
                case "zTXt" -> texts.put(word(data, type), packed(data, type, StandardCharsets.ISO_8859_1));
                case "iTXt" -> texts.put(word(data, type), international(data));
                default -> {}
            }
        } while (!type.equals("IEND"));
        return Collections.unmodifiableMap(texts);
    }

    private String international(ByteBuffer data) throws IOException {
        boolean packed = data.get() != 0;
        byte[] method = {data.get()};
        word(data, "iTXt"); // language
        word(data, "iTXt"); // keyword in that language
        if (!packed) {
            return plain(data, StandardCharsets.UTF_8);
        }
        ByteBuffer withMethod = ByteBuffer.allocate(1 + data.remaining());
        return packed(withMethod.put(method).put(data).flip(), "iTXt", StandardCharsets.UTF_8);
    }

    /** What stands before the next zero byte. */
    private static String word(ByteBuffer data, String type) throws IOException {
        int start = data.position();
        while (data.hasRemaining()) {
            if (data.get() == 0) {
                return decoded(data.slice(start, data.position() - 1 - start), StandardCharsets.ISO_8859_1);
            }
        }
        throw new UnreadablePictureException("damaged: the keyword of its chunk " + type + " does not end");
    }

    private String plain(ByteBuffer data, Charset charset) throws IOException {
        take(data.remaining());
        return decoded(data, charset);
    }

    /** What is wrong in the charset becomes a replacement character. */
    private static String decoded(ByteBuffer data, Charset charset) {
        return charset.decode(data).toString();
    }

    private String packed(ByteBuffer data, String type, Charset charset) throws IOException {
        int method = data.get();
        if (method != 0) {
            throw new UnreadablePictureException(
                    "the text of its chunk " + type + " is packed by method " + method + ", expected 0 (deflate)");
        }
        return decoded(ByteBuffer.wrap(inflated(data, type)), charset);
    }

    private byte[] inflated(ByteBuffer data, String type) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(data);
            while (!inflater.finished()) {
                int count = inflater.inflate(buffer);
                if (count == 0 && !inflater.finished()) {
                    throw new UnreadablePictureException(
                            "damaged: the packed text of its chunk " + type + " ends early");
                }
                take(count);
                text.write(buffer, 0, count);
            }
            return text.toByteArray();
        } catch (DataFormatException e) {
            throw new UnreadablePictureException("damaged: the text of its chunk " + type + " can't be unpacked");
        } finally {
            inflater.end();
        }
    }

    private void take(int bytes) throws IOException {
        bytesLeft -= bytes;
        if (bytesLeft < 0) {
            throw new UnreadablePictureException("has texts of more than " + MOST_BYTES + " bytes, the limit");
        }
    }
}
