package io.github.sdfinetune.core.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.error.OutputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFolderTest {
    @TempDir
    Path parent;

    @Test
    void aFolderAppearsAsAWhole() throws IOException {
        Path target = parent.resolve("model");
        AtomicFolder.write(target, folder -> {
            Files.writeString(folder.resolve("a.txt"), "a");
            assertThat(target).doesNotExist();
        });
        assertThat(target.resolve("a.txt")).hasContent("a");
        assertThat(parent).isDirectoryContaining(path -> path.equals(target));
        try (var children = Files.list(parent)) {
            assertThat(children).containsExactly(target);
        }
    }

    @Test
    void aStreamThatFailsHalfwayIsAFailureToo() {
        Path target = parent.resolve("model");
        assertThatThrownBy(() -> AtomicFolder.write(target, folder -> {
                    throw new UncheckedIOException(new IOException("Input/output error"));
                }))
                .isInstanceOf(OutputException.class)
                .hasMessageStartingWith(target + ": can't be written: ")
                .hasMessageEndingWith("Input/output error");
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void afterAFailureNothingStaysBehind() {
        assertThatThrownBy(() -> AtomicFolder.write(parent.resolve("model"), folder -> {
                    Files.writeString(folder.resolve("a.txt"), "a");
                    throw new IOException("disk full");
                }))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("disk full");
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void aFolderThatHoldsSomethingIsRefused() throws IOException {
        Files.writeString(parent.resolve("precious.txt"), "mine");
        assertThatThrownBy(() -> AtomicFolder.write(parent, folder -> {}))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("is not empty");
        assertThat(parent.resolve("precious.txt")).hasContent("mine");
    }
}
