package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.error.ModelFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A torch file around a pickle: its archive is sound and has the storages that the pickle asks for, unless they are large. */
public final class TorchArchive {
    private static final Path NOWHERE = Path.of("input.pkl");
    private static final int LARGEST_STORAGE = 10_000;

    private TorchArchive() {}

    /** The bytes of the file. */
    public static byte[] of(byte... pickle) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "archive/data.pkl", pickle);
            for (TorchStorage storage : storages(pickle)) {
                if (storage.bytes() <= LARGEST_STORAGE && storage.key().length() < 100) {
                    put(zip, "archive/data/" + storage.key(), new byte[(int) storage.bytes()]);
                }
            }
        }
        return bytes.toByteArray();
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
