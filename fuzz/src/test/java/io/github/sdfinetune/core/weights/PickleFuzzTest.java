package io.github.sdfinetune.core.weights;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.fuzz.Claim;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The pickle of a torch file whose archive is sound, with some storages that it may refer to. */
final class PickleFuzzTest {
    private static final int STORAGES = 16;
    private static final byte[] STORAGE = new byte[48];

    @FuzzTest
    void pickle(byte[] input) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "archive/data.pkl", input);
            for (int key = 0; key < STORAGES; key++) {
                put(zip, "archive/data/" + key, STORAGE);
            }
        }
        Path file = Claim.file("input.pt", bytes.toByteArray());
        Claim.holds(input.length, () -> TorchFiles.readAll(file));
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
    }
}
