package io.github.sdfinetune.core.weights;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.error.ModelFormatException;
import io.github.sdfinetune.fuzz.Claim;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The pickle of a torch file whose archive is sound and has the storages that the pickle asks for, unless they are large. */
final class PickleFuzzTest {
    private static final Path NOWHERE = Path.of("input.pkl");
    private static final int LARGEST_STORAGE = 10_000;

    @FuzzTest
    void pickle(byte[] input) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "archive/data.pkl", input);
            for (TorchStorage storage : storages(input)) {
                if (storage.bytes() <= LARGEST_STORAGE && storage.key().length() < 100) {
                    put(zip, "archive/data/" + storage.key(), new byte[(int) storage.bytes()]);
                }
            }
        }
        Path file = Claim.file("input.pt", bytes.toByteArray());
        Claim.holds(bytes.size(), () -> TorchFiles.readAll(file));
    }

    private static Collection<TorchStorage> storages(byte[] pickle) {
        ReadLimits limits = ReadLimits.defaults();
        Budget budget = new Budget(NOWHERE, limits.values());
        TorchObjects objects = new TorchObjects(NOWHERE, limits, budget);
        try {
            Pickle.read(NOWHERE, ByteBuffer.wrap(pickle), objects, budget);
            return objects.storages();
        } catch (ModelFormatException e) {
            return List.of();
        }
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
