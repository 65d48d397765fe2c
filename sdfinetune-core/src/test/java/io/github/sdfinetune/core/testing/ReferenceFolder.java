package io.github.sdfinetune.core.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The golden data that tests compare with: the folder named by the system property {@code sdfinetune.reference}; without it the
 * one named by {@code sdfinetune.reference.default}; where that is absent, the compact copy among the test resources of core.
 * Relative names count from the project's root, {@code sdfinetune.root}. Which one was used is printed once per JVM.
 */
public final class ReferenceFolder {
    private static final String COMPACT = "compact copy";
    private static final String README = "/reference/README.md";

    private final Path root;
    private final String origin;

    private ReferenceFolder(Path root, String origin) {
        this.root = root;
        this.origin = origin;
    }

    /** The folder of this JVM. */
    public static ReferenceFolder get() {
        return Holder.FOLDER;
    }

    /** A file or folder of the reference data, which need not exist. */
    public Path path(String relative) {
        return root.resolve(relative);
    }

    /** Whether this is the compact copy, in which most cases are absent. */
    public boolean isCompact() {
        return origin.equals(COMPACT);
    }

    static ReferenceFolder find(@Nullable String given, @Nullable String otherwise, Path projectRoot) {
        if (given != null) {
            Path folder = projectRoot.resolve(given).normalize();
            if (!Files.isDirectory(folder)) {
                throw new IllegalStateException(
                        "-Dsdfinetune.reference=" + given + ": no such folder: " + folder.toAbsolutePath());
            }
            return new ReferenceFolder(folder, "given");
        }
        if (otherwise != null) {
            Path folder = projectRoot.resolve(otherwise).normalize();
            if (Files.isDirectory(folder)) {
                return new ReferenceFolder(folder, "default");
            }
        }
        return new ReferenceFolder(compactCopy(), COMPACT);
    }

    private ReferenceFolder announced() {
        System.out.println("reference data: " + root.toAbsolutePath() + " (" + origin + ")");
        return this;
    }

    private static Path compactCopy() {
        URL readme = ReferenceFolder.class.getResource(README);
        if (readme == null) {
            throw new IllegalStateException("no reference data: the test resources lack " + README);
        }
        try {
            URI location = readme.toURI();
            return location.getScheme().equals("jar") ? unpacked(location) : parent(Path.of(location));
        } catch (URISyntaxException e) {
            throw new IllegalStateException("no location of a file: " + readme, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Weight files are mapped into memory, which needs real files. */
    private static Path unpacked(URI readme) throws IOException {
        Path target = Files.createTempDirectory("sdfinetune-reference");
        try (FileSystem jar = FileSystems.newFileSystem(readme, Map.of())) {
            Path source = parent(jar.provider().getPath(readme));
            for (Path file : files(source)) {
                Path copy = target.resolve(source.relativize(file).toString());
                Files.createDirectories(parent(copy));
                Files.copy(file, copy);
                copy.toFile().deleteOnExit();
            }
        }
        return target;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalStateException("stands in no folder: " + file);
        }
        return parent;
    }

    private static final class Holder {
        static final ReferenceFolder FOLDER = find(
                        System.getProperty("sdfinetune.reference"),
                        System.getProperty("sdfinetune.reference.default"),
                        Path.of(System.getProperty("sdfinetune.root", "")))
                .announced();
    }
}
