package io.github.sdfinetune.core.request;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The version of this library, which the build writes beside the class. */
final class LibraryVersion {
    static final String CURRENT = read();

    private LibraryVersion() {}

    private static String read() {
        Properties properties = new Properties();
        try (InputStream in = LibraryVersion.class.getResourceAsStream("library.properties")) {
            properties.load(Objects.requireNonNull(in, "library.properties is missing beside the class"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }
}
