package io.github.sdfinetune.core.tensor;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The TorchScript archive of our kernels, as {@code torch.jit.load} reads it: a zip with a version, two pickles that say "no
 * constants" and "an object of class Kernels with training = false", and the code, which libtorch compiles. The text is the
 * resource {@code kernels.py}.
 */
final class KernelArchive {
    private static final byte[] NO_CONSTANTS = {(byte) 0x80, 2, ')', '.'};

    private KernelArchive() {}

    static InputStream open() {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
                put(zip, "kernels/version", "3\n".getBytes(StandardCharsets.US_ASCII));
                put(zip, "kernels/constants.pkl", NO_CONSTANTS);
                put(zip, "kernels/data.pkl", moduleObject());
                put(zip, "kernels/code/__torch__.py", code());
            }
            return new ByteArrayInputStream(bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] code() throws IOException {
        try (InputStream text = KernelArchive.class.getResourceAsStream("kernels.py")) {
            if (text == null) {
                throw new IOException("the resource kernels.py is missing");
            }
            return text.readAllBytes();
        }
    }

    /** The pickle of {@code Kernels(training=False)}. */
    private static byte[] moduleObject() throws IOException {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.write(new byte[] {(byte) 0x80, 2});
        pickle.write("c__torch__\nKernels\n)".getBytes(StandardCharsets.US_ASCII));
        pickle.write(0x81); // NEWOBJ
        pickle.write("}(X".getBytes(StandardCharsets.US_ASCII));
        pickle.write(new byte[] {8, 0, 0, 0});
        pickle.write("training".getBytes(StandardCharsets.US_ASCII));
        pickle.write(0x89); // NEWFALSE
        pickle.write("ub.".getBytes(StandardCharsets.US_ASCII));
        return pickle.toByteArray();
    }

    /** libtorch reads stored entries only. */
    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(crc.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
