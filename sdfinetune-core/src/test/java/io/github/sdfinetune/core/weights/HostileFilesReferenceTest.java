package io.github.sdfinetune.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.github.sdfinetune.core.testing.ReferenceCase;
import io.github.sdfinetune.core.testing.ReferenceCases;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Weight files that lie or attack: refused with an error of the library's own, in little time and memory, and nothing runs. */
@Tag("reference")
final class HostileFilesReferenceTest {
    private static final String ADAPTERS = "adapters";
    private static final Duration LONGEST = Duration.ofSeconds(5);

    /** For an error with its message, and the buffers of reading. */
    private static final long ALLOCATED_ANYWAY = 128 << 10;

    /**
     * What is built of one byte of a file at most, over all of the reading, garbage included: a byte of a pickle may be the order to
     * make an empty list or to begin a tuple, which is an object with its array, and a place on the stack, which grows by copying.
     */
    private static final long ALLOCATED_PER_BYTE = 128;

    private static final Set<Path> FILES_BEFORE = new TreeSet<>();

    @BeforeAll
    static void rememberFiles() throws IOException {
        FILES_BEFORE.addAll(filesThatCouldAppear());
    }

    @AfterAll
    static void nothingRanAndNothingWasWritten() throws IOException {
        assertThat(filesThatCouldAppear()).isEqualTo(FILES_BEFORE);
        for (String folder : List.of("", System.getProperty("java.io.tmpdir"), System.getProperty("user.home"), "/")) {
            assertThat(Path.of(folder).resolve("pickle_was_executed.marker")).doesNotExist();
        }
    }

    private static Set<Path> filesThatCouldAppear() throws IOException {
        Set<Path> files = new TreeSet<>();
        Path hostile = ReferenceFolder.get().path(ADAPTERS).resolve("hostile");
        for (Path folder : List.of(Path.of("").toAbsolutePath(), hostile)) {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> listed = Files.list(folder)) {
                    listed.forEach(files::add);
                }
            }
        }
        return files;
    }

    @TestFactory
    Stream<DynamicTest> hostileFilesAreRefused() {
        return ReferenceCases.in(ADAPTERS, "hostile").tests(this::survives);
    }

    private void survives(ReferenceCase testCase) {
        Path file = testCase.file("file");
        String expected = testCase.json().string("expect");
        Assertions.assertTimeoutPreemptively(LONGEST, () -> {
            if (expected.equals("accept")) {
                assertHoldsWhatIsExpected(file);
            } else if (expected.equals("reject")) {
                assertThatThrownBy(() -> readAll(file))
                        .isInstanceOf(ModelFormatException.class)
                        .hasMessageStartingWith(file + ": ");
            } else {
                assertLoadsOrIsRefused(file);
            }
            // Not of the first time, in which classes are loaded.
            assertThat(allocatedBy(() -> assertLoadsOrIsRefused(file)))
                    .isLessThan(ALLOCATED_ANYWAY + ALLOCATED_PER_BYTE * Files.size(file));
        });
    }

    private static long allocatedBy(Runnable reading) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        reading.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static void assertLoadsOrIsRefused(Path file) {
        try {
            readAll(file);
        } catch (ModelFormatException e) {
            assertThat(e).hasMessageStartingWith(file + ": ");
        }
    }

    private static void assertHoldsWhatIsExpected(Path file) {
        SafetensorsFile expected = SafetensorsFile.open(
                ReferenceFolder.get().path(ADAPTERS).resolve("hostile_controls_expected.safetensors"));
        String prefix = String.valueOf(file.getFileName()).replaceFirst("\\.[a-z]+$", "/");
        Collection<WeightEntry> entries = readAll(file);
        assertThat(entries).isNotEmpty();
        for (WeightEntry entry : entries) {
            String name = prefix + entry.name();
            if (expected.names().contains(name)) {
                TorchFileReferenceTest.assertSame(entry, expected.entry(name));
            }
        }
    }

    private static Collection<WeightEntry> readAll(Path file) {
        Collection<WeightEntry> entries = file.toString().endsWith(".safetensors")
                ? SafetensorsFile.open(file).entries()
                : TorchFile.open(file).entries();
        entries.forEach(WeightEntry::data);
        return entries;
    }
}
