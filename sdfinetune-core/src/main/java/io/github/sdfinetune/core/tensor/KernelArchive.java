package io.github.sdfinetune.core.tensor;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The TorchScript archive of our kernels, as {@code torch.jit.load} reads it: a zip with a version, two pickles that say "no
 * constants" and "an object of class Kernels with training = false", and the code, which libtorch compiles. The text is the
 * resource {@code kernels.py}, and behind it the matrix product: {@code product_x86.py} where libtorch is built with oneDNN's
 * operators, else {@code product.py}.
 */
final class KernelArchive {
    private static final byte[] NO_CONSTANTS = {(byte) 0x80, 2, ')', '.'};

    private KernelArchive() {}

    /** For the processor of this machine. */
    static InputStream open() {
        return open(Set.of("amd64", "x86_64").contains(System.getProperty("os.arch")));
    }

    static InputStream open(boolean x86) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
                put(zip, "kernels/version", "3\n".getBytes(StandardCharsets.US_ASCII));
                put(zip, "kernels/constants.pkl", NO_CONSTANTS);
                put(zip, "kernels/data.pkl", moduleObject());
                put(zip, "kernels/code/__torch__.py", text("kernels.py"), text(x86 ? "product_x86.py" : "product.py"));
            }
            return new ByteArrayInputStream(bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] text(String resource) throws IOException {
        try (InputStream text = KernelArchive.class.getResourceAsStream(resource)) {
            if (text == null) {
                throw new IOException("the resource " + resource + " is missing");
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
    private static void put(ZipOutputStream zip, String name, byte[]... parts) throws IOException {
        CRC32 crc = new CRC32();
        long size = 0;
        for (byte[] part : parts) {
            crc.update(part);
            size += part.length;
        }
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(size);
        entry.setCompressedSize(size);
        entry.setCrc(crc.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        for (byte[] part : parts) {
            zip.write(part);
        }
        zip.closeEntry();
    }
}
