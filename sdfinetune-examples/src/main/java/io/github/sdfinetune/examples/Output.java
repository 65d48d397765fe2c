package io.github.sdfinetune.examples;

import io.github.sdfinetune.error.OutputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Checks of output paths that are made before any work starts. */
final class Output {
    private Output() {}

    /**
     * Checks that a file may and can be written.
     *
     * @throws OutputException if it exists and must not be overwritten, or can't be created in its folder
     */
    static void checkFile(Path file, boolean overwrite) {
        if (Files.isDirectory(file)) {
            throw new OutputException(file, "is a folder, expected the name of a file", null);
        }
        if (!overwrite && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new OutputException(file, "exists already; --overwrite replaces it", null);
        }
        checkWritable(file);
    }

    /**
     * Checks that a folder may and can be made.
     *
     * @throws OutputException if it is a file, holds something and must not be overwritten, or can't be created
     */
    static void checkFolder(Path folder, boolean overwrite) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new OutputException(folder, "is a file, expected the name of a folder", null);
        }
        if (!overwrite && !isEmpty(folder)) {
            throw new OutputException(
                    folder, "exists already and is not empty; --overwrite replaces what is in it", null);
        }
        checkWritable(folder);
    }

    /** Makes a folder unless it is there. */
    static Path folder(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new OutputException(folder, "can't be made: " + e, e);
        }
    }

    /** The file itself for one picture; {@code mug-1.png}, {@code mug-2.png}, … for several. */
    static List<Path> numbered(Path png, int count) {
        if (count == 1) {
            return List.of(png);
        }
        String name = png.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> png.resolveSibling(name.substring(0, dot) + "-" + i + name.substring(dot)))
                .toList();
    }

    /** Whether a folder holds nothing or does not exist. */
    static boolean isEmpty(Path folder) {
        if (!Files.isDirectory(folder)) {
            return true;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        } catch (IOException | UncheckedIOException e) {
            throw new OutputException(folder, "can't be read: " + e, e);
        }
    }

    private static void checkWritable(Path output) {
        Path parent = output.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new OutputException(output, "its folder does not exist", null);
        }
        try {
            // Permission bits alone do not tell (read-only mounts, quotas), so try.
            Files.delete(Files.createTempFile(parent, ".sdfinetune", ".part"));
        } catch (IOException e) {
            throw new OutputException(output, "its folder can't be written to: " + e, e);
        }
    }
}
