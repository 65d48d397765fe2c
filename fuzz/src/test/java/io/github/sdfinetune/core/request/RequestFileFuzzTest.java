package io.github.sdfinetune.core.request;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.RequestInputs;
import io.github.sdfinetune.fuzz.Claim;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/** A PNG file whose input is one chunk of text, of one of the three kinds and sound in its length and checksum. */
final class RequestFileFuzzTest {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final String[] TYPES = {"tEXt", "zTXt", "iTXt"};

    @FuzzTest
    void chunk(byte[] input) {
        String type = TYPES[input.length == 0 ? 0 : Math.floorMod(input[0], TYPES.length)];
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(SIGNATURE);
        png.writeBytes(chunk("IHDR", new byte[13]));
        png.writeBytes(chunk(type, input.length == 0 ? input : Arrays.copyOfRange(input, 1, input.length)));
        png.writeBytes(chunk("IEND", new byte[0]));
        Claim.holds(
                // the texts of a file may unpack to 16 MiB
                input.length + (64 << 10),
                () -> RequestFile.read(Claim.file("picture.png", png.toByteArray()))
                        .toGeneration(RequestInputs.none()));
    }

    private static byte[] chunk(String type, byte... data) {
        ByteBuffer chunk = ByteBuffer.allocate(data.length + 12);
        chunk.putInt(data.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, data.length + 4);
        return chunk.putInt((int) crc.getValue()).array();
    }
}
