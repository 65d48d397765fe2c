package io.github.sdfinetune.lora.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.error.EngineException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is missing on the class path or on the machine is said in one line; each test runs a program of its own. */
final class EngineErrorsTest {
    @TempDir
    private Path folder;

    /** An application that prints the error it gets. */
    static final class Application {
        private Application() {}

        public static void main(String[] arguments) {
            Path model = Path.of(arguments[0]);
            try {
                NewModel.tiny(1).write(model);
                Pipeline.load(model).close();
                System.out.print("loaded");
            } catch (EngineException e) {
                System.out.print(e.getMessage());
            }
        }
    }

    @Test
    void aMissingImplementationNamesTheDependency() throws Exception {
        String output = run(entry -> entry.contains("sdfinetune-api") || entry.endsWith("test-classes"), folder);

        assertThat(output)
                .isEqualTo("no implementation of sdfinetune on the class path: add the dependency"
                        + " io.github.sdfinetune:sdfinetune-lora (and ai.djl.pytorch:pytorch-native-cpu with the"
                        + " classifier of this platform)");
    }

    @Test
    void missingAdaptersNameTheDependency() throws Exception {
        String output = run(entry -> !entry.contains("sdfinetune-lora") || entry.endsWith("test-classes"), folder);

        assertThat(output)
                .isEqualTo("no adapters on the class path: add the dependency io.github.sdfinetune:sdfinetune-lora"
                        + " (which brings sdfinetune-core)");
    }

    @Test
    void missingNativesNameTheDependency() throws Exception {
        String output = run(entry -> !entry.contains("pytorch-native-cpu"), folder.resolve("cache"));

        assertThat(output)
                .startsWith("the natives of PyTorch can't be loaded: ")
                .endsWith("Add the dependency ai.djl.pytorch:pytorch-native-cpu with the classifier of this"
                        + " platform (linux-x86_64, linux-aarch64, osx-aarch64 or win-x86_64)")
                .hasLineCount(1);
    }

    @Test
    void aNativeCacheThatCantBeWrittenIsNamedWithTheVariable() throws Exception {
        Path cache = Files.writeString(folder.resolve("file"), "no folder").resolve("below");

        assertThat(run(entry -> true, cache))
                .startsWith("the folder for native libraries can't be written to: " + cache)
                .endsWith("Name another one in the environment variable or system property DJL_CACHE_DIR")
                .hasLineCount(1);
    }

    /** What the application prints with a part of this test's class path. */
    private String run(Predicate<String> kept, Path cache) throws IOException, InterruptedException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(kept)
                .collect(Collectors.joining(File.pathSeparator));
        Path output = folder.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                Application.class.getName(),
                folder.resolve("model").toString());
        builder.environment().put("DJL_CACHE_DIR", cache.toString());
        builder.redirectOutput(output.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
        assertThat(builder.start().waitFor()).isZero();
        return Files.readString(output, StandardCharsets.UTF_8);
    }
}
