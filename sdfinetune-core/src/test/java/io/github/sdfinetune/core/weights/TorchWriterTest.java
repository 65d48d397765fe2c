package io.github.sdfinetune.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.core.weights.TorchValue.Dictionary;
import io.github.sdfinetune.core.weights.TorchValue.Whole;
import io.github.sdfinetune.error.OutputException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TorchWriterTest {
    @TempDir
    Path folder;

    private Path written(Map<String, TensorSource> tensors) {
        Path path = folder.resolve("a.ckpt");
        TorchWriter.write(path, tensors, OptionalLong.empty());
        return path;
    }

    private static TensorSource tensor(DType dtype, byte[] bytes, long... shape) {
        return new TensorSource(dtype, Arrays.stream(shape).boxed().toList(), () -> ByteBuffer.wrap(bytes));
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeComesBack(DType dtype) {
        byte[] bytes = new byte[6 * dtype.bytes()];
        new Random(1).nextBytes(bytes);
        WeightEntry entry = TorchFile.open(written(Map.of("läyer.weight", tensor(dtype, bytes, 2, 3))))
                .entry("läyer.weight");
        assertThat(entry.dtype()).isEqualTo(dtype);
        assertThat(entry.shape()).containsExactly(2L, 3L);
        assertThat(entry.data()).isEqualTo(ByteBuffer.wrap(bytes));
    }

    @Test
    void scalarsAndEmptyTensorsComeBack() {
        Map<String, TensorSource> tensors = new LinkedHashMap<>();
        tensors.put("scalar", TensorSource.of(List.of(), new float[] {3}));
        tensors.put("empty", TensorSource.of(List.of(0L), new float[0]));
        tensors.put("wide", TensorSource.of(List.of(0L, 1L << 40, 2L), new float[0]));
        TorchFile file = TorchFile.open(written(tensors));
        assertThat(file.names()).containsExactly("scalar", "empty", "wide");
        assertThat(file.entry("scalar").floats()).containsExactly(3);
        assertThat(file.entry("scalar").shape()).isEmpty();
        assertThat(file.entry("empty").shape()).containsExactly(0L);
        assertThat(file.entry("wide").shape()).containsExactly(0L, 1L << 40, 2L);
    }

    @Test
    void theStepOfTrainingStandsBesideTheTensors() {
        Path path = folder.resolve("a.ckpt");
        TorchWriter.write(path, Map.of("a", TensorSource.of(List.of(1L), new float[1])), OptionalLong.of(1L << 33));
        Dictionary content = (Dictionary) TorchFile.open(path).content();
        assertThat(content.get("global_step")).contains(new Whole(BigInteger.valueOf(1L << 33)));
        assertThat(TorchFile.open(path).names()).containsExactly("a");
    }

    /** As torch does, which maps what lies so. */
    @Test
    void entriesAreStoredAtMultiplesOf64Bytes() throws IOException {
        byte[] marker = new byte[48];
        new Random(1).nextBytes(marker);
        Map<String, TensorSource> tensors = new LinkedHashMap<>();
        for (int i = 0; i < 12; i++) {
            tensors.put("t" + i, tensor(DType.U8, new byte[i], i));
        }
        tensors.put("marker", tensor(DType.U8, marker, 48));
        Path path = written(tensors);
        byte[] bytes = Files.readAllBytes(path);
        int place = 0;
        while (!Arrays.equals(Arrays.copyOfRange(bytes, place, place + marker.length), marker)) {
            place++;
        }
        assertThat(place % 64).isZero();
        try (ZipFile zip = new ZipFile(path.toFile())) {
            assertThat(zip.stream().map(ZipEntry::getName))
                    .startsWith("archive/data.pkl", "archive/byteorder", "archive/data/0")
                    .endsWith("archive/data/12", "archive/version");
            assertThat(zip.stream()).allMatch(entry -> entry.getMethod() == ZipEntry.STORED);
            assertThat(zip.getInputStream(zip.getEntry("archive/version"))).hasContent("3\n");
            assertThat(zip.getInputStream(zip.getEntry("archive/byteorder"))).hasContent("little");
            assertThat(zip.getInputStream(zip.getEntry("archive/data/12"))).hasBinaryContent(marker);
        }
    }

    /** The opcodes are among those that {@code torch.load(…, weights_only=True)} of torch 1.13 and later allows, and so are the names. */
    @Test
    void thePickleIsPlain() throws IOException {
        Map<String, TensorSource> tensors = new LinkedHashMap<>();
        tensors.put("a", tensor(DType.F16, new byte[12], 2, 3));
        tensors.put("b", tensor(DType.F16, new byte[2]));
        TorchBytes expected = TorchBytes.pickle().op("}").text("state_dict").op("}");
        expected.text("a").global("torch._utils _rebuild_tensor_v2").op("q\0((");
        expected.text("storage").global("torch HalfStorage").op("q\1").text("0").text("cpu");
        expected.op("J").int32(6).op("tQJ").int32(0);
        expected.op("(J")
                .int32(2)
                .op("J")
                .int32(3)
                .op("t(J")
                .int32(3)
                .op("J")
                .int32(1)
                .op("t");
        expected.op(0x89).global("collections OrderedDict").op("q\2)RtRs");
        expected.text("b").op("h\0((").text("storage").op("h\1").text("1").text("cpu");
        expected.op("J").int32(1).op("tQJ").int32(0).op("(t(t").op(0x89).op("h\2)RtRs");
        try (ZipFile zip = new ZipFile(written(tensors).toFile())) {
            assertThat(zip.getInputStream(zip.getEntry("archive/data.pkl")))
                    .hasBinaryContent(expected.op("s").end());
        }
    }

    @Test
    void theSameTensorsMakeTheSameFile() throws IOException {
        Map<String, TensorSource> tensors = Map.of("a", TensorSource.of(List.of(2L), new float[] {1, 2}));
        byte[] first = Files.readAllBytes(written(tensors));
        assertThat(written(tensors)).hasBinaryContent(first);
    }

    @Test
    void anInterruptedWriteLeavesTheOldFileAndNothingElse() throws IOException {
        Path path = Files.writeString(folder.resolve("a.ckpt"), "old");
        TensorSource broken = new TensorSource(DType.F32, List.of(1L), () -> {
            throw new IllegalStateException("interrupted");
        });
        assertThatThrownBy(() -> written(Map.of("a", broken)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("interrupted");
        assertThat(path).hasContent("old");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(path);
        }
    }

    @Test
    void dataMustFitTheShape() {
        assertThatThrownBy(() -> written(Map.of("a", TensorSource.of(List.of(2L), new float[3]))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tensor 'a' has 12 bytes of data, but F32 of shape [2] takes 8");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anUnwritableTargetIsNamed() {
        Path path = folder.resolve("nowhere/a.ckpt");
        assertThatThrownBy(() -> TorchWriter.write(path, Map.of(), OptionalLong.empty()))
                .isInstanceOf(OutputException.class)
                .hasMessageStartingWith(path + ": ");
    }
}
