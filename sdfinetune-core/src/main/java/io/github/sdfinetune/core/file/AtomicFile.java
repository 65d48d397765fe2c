package io.github.sdfinetune.core.file;

import io.github.sdfinetune.error.OutputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes a file beside its target and renames it, so that there is the old file or the new one, never half a file. */
public final class AtomicFile {
    private AtomicFile() {}

    /** What writes the content. */
    @FunctionalInterface
    public interface Content {
        void writeTo(FileChannel channel) throws IOException;
    }

    /**
     * Writes a file, replacing one that exists. If anything fails, what was at the target before is still there and the
     * unfinished file is removed.
     *
     * @throws OutputException if the file can't be written
     */
    public static void write(Path target, Content content) {
        Path temporary = null;
        try {
            Path absolute = target.toAbsolutePath();
            if (Files.isDirectory(absolute)) {
                throw new OutputException(target, "is a folder, expected the name of a file", null);
            }
            temporary = Files.createTempFile(absolute.getParent(), "." + absolute.getFileName(), ".part");
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                content.writeTo(channel);
                channel.force(true);
            }
            makeReadable(temporary);
            move(temporary, absolute);
            temporary = null;
        } catch (IOException e) {
            throw new OutputException(target, "can't be written: " + reason(e), e);
        } finally {
            if (temporary != null) {
                discard(temporary);
            }
        }
    }

    /** Writes all of what is left in a buffer, which stays as it is. */
    public static void append(FileChannel channel, ByteBuffer bytes) throws IOException {
        ByteBuffer rest = bytes.duplicate();
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }

    /** Temporary files are made readable for their owner only; a result gets the permissions that a new file would get. */
    private static void makeReadable(Path temporary) throws IOException {
        Path sample = temporary.resolveSibling(temporary.getFileName() + ".mode");
        if (!Files.getFileStore(temporary).supportsFileAttributeView("posix")) {
            return;
        }
        Files.createFile(sample);
        try {
            Files.setPosixFilePermissions(temporary, Files.getPosixFilePermissions(sample));
        } finally {
            Files.delete(sample);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void discard(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            temporary.toFile().deleteOnExit();
        }
    }

    private static String reason(IOException e) {
        if (e instanceof ClosedByInterruptException) {
            return "the thread was interrupted";
        }
        return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : " (" + e.getMessage() + ")");
    }
}
