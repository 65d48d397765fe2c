package io.github.sdfinetune.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.error.OutputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SafetensorsWriterTest {
    @TempDir
    Path folder;

    @Test
    void theHeaderIsThatOfTheSafetensorsLibrary() throws IOException {
        Path path = folder.resolve("a.safetensors");
        Map<String, TensorSource> tensors = Map.of(
                "z", TensorSource.of(List.of(2L), new float[] {1, 2}),
                "ä\"", TensorSource.of(List.of(), new float[] {3}),
                "long", new TensorSource(DType.I64, List.of(0L, 4L), () -> ByteBuffer.allocate(0)));
        SafetensorsWriter.write(path, tensors, Map.of("format", "pt", "author", "<me>"));
        byte[] bytes = Files.readAllBytes(path);
        assertThat(new String(bytes, 8, bytes.length - 8, StandardCharsets.UTF_8))
                .startsWith("{\"__metadata__\":{\"author\":\"<me>\",\"format\":\"pt\"},"
                        + "\"long\":{\"dtype\":\"I64\",\"shape\":[0,4],\"data_offsets\":[0,0]},"
                        + "\"z\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                        + "\"ä\\\"\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]}}");
        assertThat((Files.size(path) - 12) % 8).isZero();
        SafetensorsFile file = SafetensorsFile.open(path);
        assertThat(file.floats("z")).containsExactly(1, 2);
        assertThat(file.floats("ä\"")).containsExactly(3);
        assertThat(file.metadata()).containsEntry("author", "<me>");
    }

    @Test
    void whatIsReadAndWrittenAgainHasTheSameBytes() throws IOException {
        Random random = new Random(7);
        for (int round = 0; round < 50; round++) {
            Path first = folder.resolve("first");
            Path second = folder.resolve("second");
            SafetensorsWriter.write(first, randomTensors(random), Map.of("round", "№ " + round));
            SafetensorsFile file = SafetensorsFile.open(first);
            Map<String, TensorSource> tensors = new LinkedHashMap<>();
            file.entries().forEach(entry -> tensors.put(entry.name(), TensorSource.of(entry)));
            SafetensorsWriter.write(second, tensors, file.metadata());
            assertThat(Files.mismatch(first, second)).isEqualTo(-1);
        }
    }

    private static Map<String, TensorSource> randomTensors(Random random) {
        Map<String, TensorSource> tensors = new LinkedHashMap<>();
        List<DType> dtypes = List.of(DType.values());
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            DType dtype = dtypes.get(random.nextInt(dtypes.size()));
            List<Long> shape = random.longs(random.nextInt(4), 0, 4).boxed().toList();
            int elements = (int) shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
            byte[] bytes = new byte[elements * dtype.bytes()];
            random.nextBytes(bytes);
            tensors.put("t" + random.nextInt(1000), new TensorSource(dtype, shape, () -> ByteBuffer.wrap(bytes)));
        }
        return tensors;
    }

    @Test
    void anInterruptedWriteLeavesTheOldFileAndNothingElse() throws IOException {
        Path path = Files.writeString(folder.resolve("a.safetensors"), "old");
        Map<String, TensorSource> tensors = new LinkedHashMap<>();
        tensors.put("a", TensorSource.of(List.of(1L), new float[] {1}));
        tensors.put("b", new TensorSource(DType.F32, List.of(1L), () -> {
            throw new IllegalStateException("interrupted");
        }));
        assertThatThrownBy(() -> SafetensorsWriter.write(path, tensors, Map.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("interrupted");
        assertThat(path).hasContent("old");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(path);
        }
    }

    @Test
    void dataMustFitTheShape() {
        Path path = folder.resolve("a.safetensors");
        assertThatThrownBy(() -> SafetensorsWriter.write(
                        path, Map.of("a", TensorSource.of(List.of(2L), new float[3])), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tensor 'a' has 12 bytes of data, but F32 of shape [2] takes 8");
        assertThat(path).doesNotExist();
    }

    @Test
    void theNameOfTheMetadataIsTaken() {
        TensorSource tensor = TensorSource.of(List.of(1L), new float[1]);
        assertThatThrownBy(() -> SafetensorsWriter.write(folder.resolve("a"), Map.of("__metadata__", tensor), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no tensor can be named __metadata__");
    }

    @Test
    void anUnwritableTargetIsNamed() {
        Path path = folder.resolve("nowhere/a.safetensors");
        assertThatThrownBy(() -> SafetensorsWriter.write(path, Map.of(), Map.of()))
                .isInstanceOf(OutputException.class)
                .hasMessageStartingWith(path + ": ");
    }
}
