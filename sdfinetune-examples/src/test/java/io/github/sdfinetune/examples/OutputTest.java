package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.sdfinetune.error.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputTest {
    @TempDir
    private Path folder;

    @Test
    void newFileIsAcceptedAndNothingIsLeftBehind() {
        assertThatNoException().isThrownBy(() -> Output.checkFile(folder.resolve("a.png"), false));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void existingFileIsRefusedUnlessOverwritten() throws IOException {
        Path file = Files.writeString(folder.resolve("a.png"), "old");
        assertThatExceptionOfType(OutputException.class)
                .isThrownBy(() -> Output.checkFile(file, false))
                .withMessage(file + ": exists already; --overwrite replaces it");
        assertThatNoException().isThrownBy(() -> Output.checkFile(file, true));
        assertThat(file).hasContent("old");
    }

    @Test
    void folderIsNoFile() {
        assertThatExceptionOfType(OutputException.class)
                .isThrownBy(() -> Output.checkFile(folder, true))
                .withMessage(folder + ": is a folder, expected the name of a file");
    }

    @Test
    void fileIsNoFolder() throws IOException {
        Path file = Files.createFile(folder.resolve("a"));
        assertThatExceptionOfType(OutputException.class)
                .isThrownBy(() -> Output.checkFolder(file, true))
                .withMessage(file + ": is a file, expected the name of a folder");
    }

    @Test
    void missingFolderIsReported() {
        Path file = folder.resolve("none/a.png");
        assertThatExceptionOfType(OutputException.class)
                .isThrownBy(() -> Output.checkFile(file, false))
                .withMessage(file + ": its folder does not exist");
    }

    @Test
    void unwritableFolderIsReported() {
        Path system = Path.of("/proc"); // not even root can make files there
        assumeTrue(Files.isDirectory(system));
        Path file = system.resolve("a.png");
        assertThatExceptionOfType(OutputException.class)
                .isThrownBy(() -> Output.checkFile(file, false))
                .withMessageStartingWith(file + ": its folder can't be written to: ");
    }

    @Test
    void folderMayBeNewOrEmptyUnlessOverwritten() throws IOException {
        assertThatNoException().isThrownBy(() -> Output.checkFolder(folder.resolve("new"), false));
        assertThatNoException().isThrownBy(() -> Output.checkFolder(folder, false));
        Files.createFile(folder.resolve("a"));
        assertThatExceptionOfType(OutputException.class)
                .isThrownBy(() -> Output.checkFolder(folder, false))
                .withMessage(folder + ": exists already and is not empty; --overwrite replaces what is in it");
        assertThatNoException().isThrownBy(() -> Output.checkFolder(folder, true));
    }

    @Test
    void severalPicturesAreNumbered() {
        assertThat(Output.numbered(Path.of("out/my.mug.png"), 1)).containsExactly(Path.of("out/my.mug.png"));
        assertThat(Output.numbered(Path.of("out/my.mug.png"), 3))
                .containsExactly(Path.of("out/my.mug-1.png"), Path.of("out/my.mug-2.png"), Path.of("out/my.mug-3.png"));
    }
}
