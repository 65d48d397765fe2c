package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    private static final Path ROOT = Path.of(System.getProperty("sdfinetune.root"));

    @Test
    void javaExampleIsTheOneThatIsCompiledAndTested() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        String example = readme.split("```java\n", 2)[1].split("```", 2)[0];
        String source = Files.readString(
                ROOT.resolve("sdfinetune-examples/src/main/java/io/github/sdfinetune/examples/TrainAndGenerate.java"));
        assertThat(source).contains(example.indent(8).replace("        \n", "\n"));
    }
}
