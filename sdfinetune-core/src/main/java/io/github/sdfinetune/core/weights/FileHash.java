package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.core.file.Sha256;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The hash by which models are told apart. */
public final class FileHash {
    private FileHash() {}

    /** The SHA-256 over the bytes of files, one after the other, in hexadecimal digits; reads them whole. */
    public static String of(List<Path> files) {
        Sha256 hash = new Sha256();
        for (Path file : files) {
            add(hash, file);
        }
        return hash.hex();
    }

    private static void add(Sha256 hash, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 20];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                hash.add(ByteBuffer.wrap(buffer, 0, read));
            }
        } catch (IOException e) {
            throw new ModelFormatException(file, null, "can't be read: " + e, e);
        }
    }
}
