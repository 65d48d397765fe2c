package io.github.sdfinetune.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What figures in bfloat16 depend on: oneDNN computes in it everywhere, but only some processors have instructions for it. */
final class Processor {
    private static final Path DESCRIPTION = Path.of("/proc/cpuinfo");
    private static final Set<String> BFLOAT16_FLAGS = Set.of("amx_bf16", "avx512_bf16");

    private Processor() {}

    /** The instructions for bfloat16 that Linux names, to be printed beside a result. */
    static String bfloat16Instructions() {
        if (!Files.isReadable(DESCRIPTION)) {
            return "bfloat16 instructions of the processor: unknown, there is no " + DESCRIPTION;
        }
        Set<String> found = new TreeSet<>(BFLOAT16_FLAGS);
        found.retainAll(flags());
        return "bfloat16 instructions of the processor: "
                + (found.isEmpty() ? "none, bfloat16 will be slow" : String.join(", ", found));
    }

    private static List<String> flags() {
        try (var lines = Files.lines(DESCRIPTION)) {
            return lines.filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .map(line -> List.of(line.split("\\s+")))
                    .orElse(List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
