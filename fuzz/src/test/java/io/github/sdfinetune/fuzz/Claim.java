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
    private static final long ALLOCATED_ANYWAY = 16 << 20;
    private static final long ALLOCATED_PER_BYTE = 1000;
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

    /** The folder for the files of this JVM. */
    public static Path folder() {
        return FOLDER;
    }

    /** A file of that folder with a content. */
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
