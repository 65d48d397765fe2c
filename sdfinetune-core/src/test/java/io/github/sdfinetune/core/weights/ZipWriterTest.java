package io.github.sdfinetune.core.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class ZipWriterTest {
    @TempDir
    Path folder;

    private Path written(long start, int count) throws IOException {
        Path path = folder.resolve("a.zip");
        try (FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            ZipWriter zip = new ZipWriter(channel.position(start));
            for (int i = 0; i < count; i++) {
                zip.add("entry" + i, content(i));
            }
            zip.finish();
        }
        return path;
    }

    private static ByteBuffer content(int i) {
        return StandardCharsets.UTF_8.encode("content of " + i);
    }

    private static void assertHolds(Path path, int count) throws IOException {
        try (ZipFile zip = new ZipFile(path.toFile())) {
            assertThat(zip.size()).isEqualTo(count);
            for (int i : new int[] {0, count - 1}) {
                assertThat(zip.getInputStream(zip.getEntry("entry" + i))).hasContent("content of " + i);
            }
        }
        OpenedFile.read(path, "archive", file -> {
            ZipArchive archive = ZipArchive.read(file, ReadLimits.defaults());
            assertThat(archive.entries()).hasSize(count);
            assertThat(archive.entries()).allMatch(entry -> entry.packed().begin() % 64 == 0 && entry.isStored());
            for (int i : new int[] {0, count - 1}) {
                assertThat(archive.content(Objects.requireNonNull(archive.find("entry" + i)), 100))
                        .isEqualTo(content(i));
            }
            return count;
        });
    }

    @Test
    void javaReadsIt() throws IOException {
        assertHolds(written(0, 3), 3);
    }

    @Test
    void manyEntriesNeedZip64() throws IOException {
        assertHolds(written(0, 70_000), 70_000);
    }

    /** Only the directory lies beyond 4 GiB, then entries too; the hole before them takes no space where files can have holes. */
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "its temporary files have no holes")
    void whatLiesFarBehindNeedsZip64() throws IOException {
        assertHolds(written((1L << 32) - 200, 2), 2);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "its temporary files have no holes")
    void allOfItMayLieFarBehind() throws IOException {
        assertHolds(written(5L << 30, 3), 3);
    }
}
