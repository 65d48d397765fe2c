package io.github.sdfinetune.core.file;

import io.github.sdfinetune.error.OutputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Writes a folder beside its target and renames it, so that there is the whole folder or none. */
public final class AtomicFolder {
    private AtomicFolder() {}

    /** What fills the folder. */
    @FunctionalInterface
    public interface Content {
        void writeTo(Path folder) throws IOException;
    }

    /**
     * Writes a folder that does not exist yet, or is empty. If anything fails, nothing stays behind.
     *
     * @throws OutputException if the folder can't be written, or holds something
     */
    public static void write(Path target, Content content) {
        Path absolute = target.toAbsolutePath();
        try {
            checkFree(target, absolute);
            Path temporary = Files.createTempDirectory(absolute.getParent(), "." + absolute.getFileName());
            try {
                // A temporary folder is closed to others; one inside it gets the permissions of a new folder.
                Path filled = Files.createDirectory(temporary.resolve("content"));
                content.writeTo(filled);
                Files.deleteIfExists(absolute);
                Files.move(filled, absolute);
            } finally {
                delete(temporary);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new OutputException(target, "can't be written: " + e, e);
        }
    }

    private static void checkFree(Path target, Path absolute) throws IOException {
        if (Files.isDirectory(absolute)) {
            try (Stream<Path> children = Files.list(absolute)) {
                if (children.findAny().isPresent()) {
                    throw new OutputException(target, "is not empty", null);
                }
            }
        } else if (Files.exists(absolute)) {
            throw new OutputException(target, "is a file, expected a folder or nothing", null);
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> tree = Files.walk(folder)) {
            deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }
}
