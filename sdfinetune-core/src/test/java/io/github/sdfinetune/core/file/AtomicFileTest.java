package io.github.sdfinetune.core.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.error.OutputException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFileTest {
    @TempDir
    Path folder;

    @Test
    void anInterruptedThreadIsToldSoAndLeavesNothing() {
        Path file = folder.resolve("mug.safetensors");
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> AtomicFile.write(file, channel -> channel.write(ByteBuffer.allocate(1))))
                    .isInstanceOf(OutputException.class)
                    .hasMessage(file + ": can't be written: the thread was interrupted");
        } finally {
            assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        }
        assertThat(folder).isEmptyDirectory();
    }
}
