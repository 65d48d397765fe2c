package io.github.sdfinetune.fuzz;

import com.sun.management.ThreadMXBean;
import io.github.sdfinetune.error.SdFineTuneException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** That whatever the input, a parser soon ends with a value or an error of the library's own, and takes little memory. */
public final class Claim {
    /** Whether Jazzer hooks into the parsers, which allocates up to 30 times what they do. */
    private static final boolean HOOKED = !"false".equals(System.getenv("JAZZER_HOOKS"));

    private static final long ALLOCATED_ANYWAY = HOOKED ? 16 << 20 : 1 << 20;
    private static final long ALLOCATED_PER_BYTE = HOOKED ? 1000 : 128;
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final Path FOLDER = temporaryFolder();

    private Claim() {}

    /** What is tried. */
    @FunctionalInterface
    public interface Attempt {
        void run();
    }

    /** Makes an attempt with an input of some bytes and checks the claim. */
    public static void holds(int inputBytes, Attempt attempt) {
        long start = System.nanoTime();
        long most = ALLOCATED_ANYWAY + ALLOCATED_PER_BYTE * inputBytes;
        long allocated = allocatedBy(attempt);
        for (int again = 0; allocated > most && again < 2; again++) {
            allocated = allocatedBy(attempt); // the first time, classes are loaded and instrumented
        }
        if (allocated > most) {
            throw new AssertionError(allocated + " bytes were allocated for an input of " + inputBytes);
        }
        if (System.nanoTime() - start > LONGEST_NANOS) {
            throw new AssertionError("more than 5 s were taken by an input of " + inputBytes + " bytes");
        }
    }

    private static long allocatedBy(Attempt attempt) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            attempt.run();
        } catch (SdFineTuneException | IllegalArgumentException e) {
            if (String.valueOf(e.getMessage()).length() < 10) {
                throw new AssertionError("an error that says nothing", e);
            }
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /** A folder of this JVM. */
    public static Path folder(String name) {
        try {
            return Files.createDirectories(FOLDER.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of this JVM with a content. */
    public static Path file(String name, byte[] content) {
        try {
            return Files.write(FOLDER.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("sdfinetune-fuzz");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
