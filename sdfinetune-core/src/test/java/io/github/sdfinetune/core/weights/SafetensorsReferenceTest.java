package io.github.sdfinetune.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.testing.FloatAssert;
import io.github.sdfinetune.core.testing.ReferenceCase;
import io.github.sdfinetune.core.testing.ReferenceCases;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

@Tag("reference")
final class SafetensorsReferenceTest {
    private static final ReferenceFolder REFERENCE = ReferenceFolder.get();

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> hostileFilesAreRefused() {
        return ReferenceCases.in("adapters", "hostile")
                .matching(testCase -> testCase.name().endsWith(".safetensors"))
                .tests(this::refuses);
    }

    private void refuses(ReferenceCase testCase) {
        Path file = testCase.file("file");
        if (testCase.json().string("expect").equals("accept")) {
            assertThat(SafetensorsFile.open(file).names()).isNotEmpty();
            return;
        }
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThatThrownBy(() -> SafetensorsFile.open(file))
                        .isInstanceOf(ModelFormatException.class)
                        .hasMessageStartingWith(file + ": "));
    }

    @Test
    void everyTypeIsRead() {
        Path expected = existing("models/single_file/dtypes.expected.json");
        SafetensorsFile file = SafetensorsFile.open(REFERENCE.path("models/single_file/dtypes.safetensors"));
        JsonFile json = JsonFile.read(expected);
        assertThat(file.names()).containsExactlyInAnyOrderElementsOf(json.keys());
        for (String name : json.keys()) {
            JsonFile tensor = json.object(name);
            WeightEntry entry = file.entry(name);
            assertThat(entry.shape().stream().map(Math::toIntExact)).isEqualTo(tensor.integers("shape"));
            if (!name.equals("BOOL")) {
                FloatAssert.assertClose(name, entry.floats(), floats(tensor.numbers("values")), 0, 0);
            }
        }
        assertThat(file.longs("BOOL")).containsExactly(1, 0);
        assertThat(file.longs("I64")).containsExactly(1L << 62, -1);
        assertThat(file.longs("I32")).containsExactly(Integer.MAX_VALUE, -1);
        assertThat(file.longs("I16")).containsExactly(-32768, 7);
        assertThat(file.longs("I8")).containsExactly(-128, 127);
        assertThat(file.longs("U8")).containsExactly(0, 255);
    }

    @TestFactory
    Stream<DynamicTest> aFileWrittenAgainHasTheSameBytes() {
        return Stream.of(
                        "models/sd1/unet/diffusion_pytorch_model.safetensors",
                        "models/sd1/text_encoder/model.safetensors",
                        "models/variants/sd1-fp16/vae/diffusion_pytorch_model.fp16.safetensors",
                        "models/single_file/dtypes.safetensors")
                .filter(name -> Files.exists(REFERENCE.path(name)))
                .map(name -> DynamicTest.dynamicTest(name, () -> writesTheSameBytes(REFERENCE.path(name))));
    }

    private void writesTheSameBytes(Path original) throws IOException {
        SafetensorsFile file = SafetensorsFile.open(original);
        Map<String, TensorSource> tensors = new LinkedHashMap<>();
        file.entries().forEach(entry -> tensors.put(entry.name(), TensorSource.of(entry)));
        Path copy = folder.resolve("copy.safetensors");
        SafetensorsWriter.write(copy, tensors, file.metadata());
        assertThat(Files.mismatch(original, copy)).isEqualTo(-1);
    }

    private static Path existing(String name) {
        Path path = REFERENCE.path(name);
        Assumptions.assumeTrue(Files.exists(path), () -> "the reference data has no " + name);
        return path;
    }

    private static float[] floats(List<Double> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i).floatValue();
        }
        return floats;
    }
}
