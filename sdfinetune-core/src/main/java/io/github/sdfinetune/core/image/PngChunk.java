package io.github.sdfinetune.core.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * One part of a PNG file.
 *
 * @param type four letters
 */
record PngChunk(String type, byte[] data) {
    static final int SIGNATURE_BYTES = 8;
    static final String SIGNATURE = "\u0089PNG\r\n\u001a\n";

    /** Reads the next chunk; the decoder does not compare checksums, so it would return damaged pixels without a word. */
    static PngChunk next(ByteBuffer in) throws IOException {
        int length = in.getInt();
        byte[] type = new byte[4];
        in.get(type);
        String name = new String(type, StandardCharsets.ISO_8859_1);
        if (length < 0 || length > in.remaining()) {
            throw new UnreadablePictureException("damaged: the file ends within its chunk " + name);
        }
        byte[] data = new byte[length];
        in.get(data);
        CRC32 checksum = new CRC32();
        checksum.update(type);
        checksum.update(data);
        if (in.getInt() != (int) checksum.getValue()) {
            throw new UnreadablePictureException("damaged: the checksum of its chunk " + name + " is wrong");
        }
        return new PngChunk(name, data);
    }
}
