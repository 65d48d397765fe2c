package io.github.sdfinetune.core.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.testing.FloatAssert;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
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
            if (entry.dtype() == DType.BOOL) {
                continue; // its values are true and false there
            }
            FloatAssert.assertClose(name, entry.floats(), floats(tensor.numbers("values")), 0, 0);
            if (!entry.dtype().isFloatingPoint()) {
                assertThat(LongStream.of(entry.longs()).asDoubleStream().boxed())
                        .isEqualTo(tensor.numbers("values"));
            }
        }
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
