package io.github.sdfinetune.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativesTest {
    @Test
    void aMissingLibrarySaysWhichDependencyToAdd() {
        assertThatThrownBy(() -> Natives.load("Example", "Add the dependency example:natives", () -> {
                    throw new ExceptionInInitializerError(new UnsatisfiedLinkError("no example in java.library.path"));
                }))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("the natives of Example can't be loaded")
                .hasMessageContaining("no example in java.library.path")
                .hasMessageEndingWith(". Add the dependency example:natives")
                .hasRootCauseInstanceOf(UnsatisfiedLinkError.class);
    }

    @Test
    void djlStaysOffTheNetwork() {
        assertThat(Natives.load("Example", "", () -> System.getProperty("ai.djl.offline")))
                .isEqualTo("true");
        assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("true");
    }

    @Test
    void anUnwritableCacheIsNamedWhereItMatters(@TempDir Path folder) throws IOException {
        Path notAFolder = Files.createFile(folder.resolve("file"));
        String before = System.getProperty("DJL_CACHE_DIR");
        System.setProperty("DJL_CACHE_DIR", notAFolder.toString());
        try {
            assertThat(Natives.load("Example", "", () -> true))
                    .as("what is unpacked already")
                    .isTrue();
            assertThatThrownBy(() -> Natives.load("Example", "", () -> {
                        throw new IOException("no space");
                    }))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining(notAFolder.toString())
                    .hasMessageContaining("DJL_CACHE_DIR");
        } finally {
            if (before == null) {
                System.clearProperty("DJL_CACHE_DIR");
            } else {
                System.setProperty("DJL_CACHE_DIR", before);
            }
        }
    }
}
