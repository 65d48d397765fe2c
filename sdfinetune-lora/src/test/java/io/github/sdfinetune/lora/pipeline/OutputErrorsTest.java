package io.github.sdfinetune.lora.pipeline;

import static io.github.sdfinetune.lora.pipeline.TinyPipeline.generation;
import static io.github.sdfinetune.lora.pipeline.TinyPipeline.training;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.sdfinetune.AdapterFormat;
import io.github.sdfinetune.error.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What can't be written is an error that names the file, and what stood there before still stands there. */
final class OutputErrorsTest {
    @TempDir
    private static Path folder;

    private static TinyPipeline tiny;
    private static Consumer<Path> picture;
    private static Consumer<Path> diffusers;
    private static Consumer<Path> kohya;

    @TempDir
    private Path outputs;

    @BeforeAll
    static void load() throws Exception {
        tiny = TinyPipeline.in(folder);
        picture = tiny.generate(generation())::save;
        var adapter = tiny.train(training().build());
        diffusers = adapter::save;
        kohya = file -> adapter.save(file, AdapterFormat.KOHYA);
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    static Stream<Consumer<Path>> files() {
        return Stream.of(picture, diffusers, kohya);
    }

    @ParameterizedTest
    @MethodSource("files")
    void aFileInAMissingFolderCantBeWritten(Consumer<Path> save) {
        Path file = outputs.resolve("absent/file");

        assertThat(failure(save, file)).hasMessageStartingWith(file + ": can't be written: NoSuchFileException");
    }

    @ParameterizedTest
    @MethodSource("files")
    void aFileBelowAFileCantBeWritten(Consumer<Path> save) throws IOException {
        Path file = Files.writeString(outputs.resolve("file"), "here first").resolve("below");

        assertThat(failure(save, file)).hasMessageStartingWith(file + ": can't be written: ");
        assertThat(outputs.resolve("file")).hasContent("here first");
    }

    @ParameterizedTest
    @MethodSource("files")
    void aFolderIsNotReplacedByAFile(Consumer<Path> save) throws IOException {
        Path target = Files.createDirectory(outputs.resolve("folder"));

        assertThat(failure(save, target)).hasMessage(target + ": is a folder, expected the name of a file");
        assertThat(target).isEmptyDirectory();
    }

    @ParameterizedTest
    @MethodSource("files")
    void anInterruptedWriteLeavesTheOldFileAndNothingElse(Consumer<Path> save) throws IOException {
        Path file = Files.writeString(outputs.resolve("file"), "here first");
        Thread.currentThread().interrupt();
        try {
            failure(save, file);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }

        assertThat(file).hasContent("here first");
        assertThat(entries()).containsExactly(file);
    }

    @ParameterizedTest
    @MethodSource("files")
    void anExistingFileIsReplaced(Consumer<Path> save) throws IOException {
        Path file = Files.writeString(outputs.resolve("file"), "here first");

        save.accept(file);

        assertThat(Files.size(file)).isGreaterThan(1000);
        assertThat(entries()).containsExactly(file);
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(outputs)) {
            return entries.toList();
        }
    }

    private static OutputException failure(Consumer<Path> save, Path file) {
        OutputException failure = catchThrowableOfType(OutputException.class, () -> save.accept(file));
        assertThat(failure).isNotNull();
        assertThat(failure.path()).isEqualTo(file);
        return failure;
    }
}
