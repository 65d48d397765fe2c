package io.github.sdfinetune.lora.concept;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterFormat;
import io.github.sdfinetune.core.weights.DType;
import io.github.sdfinetune.core.weights.SafetensorsFile;
import io.github.sdfinetune.core.weights.SafetensorsWriter;
import io.github.sdfinetune.core.weights.TensorSource;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConceptFileTest {
    private static final TensorSource TWO = tensor(2, 3);

    @TempDir
    private Path folder;

    private static TensorSource tensor(long... shape) {
        List<Long> dimensions = Arrays.stream(shape).boxed().toList();
        float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = i + 1;
        }
        return TensorSource.of(dimensions, values);
    }

    private Path write(Map<String, TensorSource> tensors) {
        Path file = folder.resolve("mug.safetensors");
        SafetensorsWriter.write(file, tensors, Map.of());
        return file;
    }

    private Path saved(Map<String, TensorSource> tensors, AdapterFormat format) {
        Path copy = folder.resolve("copy.safetensors");
        Adapter.load(write(tensors)).save(copy, format);
        return copy;
    }

    @Test
    void theHashIsThatOfTheVectors() {
        String hash = Adapter.load(write(Map.of("<mug>", TWO))).hash();

        assertThat(hash).matches("[0-9a-f]{64}");
        for (AdapterFormat format : AdapterFormat.values()) {
            assertThat(Adapter.load(saved(Map.of("<mug>", TWO), format)).hash()).isEqualTo(hash);
        }
        assertThat(Adapter.load(write(Map.of("<mug>", tensor(3, 2)))).hash()).isNotEqualTo(hash);
    }

    @Test
    void aWordIsSavedUnderItsNameAndReadAgain() {
        Path copy = saved(Map.of("<mug>", TWO), AdapterFormat.DIFFUSERS);

        assertThat(Adapter.load(copy).name()).isEqualTo("<mug>");
        assertThat(SafetensorsFile.open(copy).floats("<mug>")).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void forOtherProgramsAWordIsNamedByItsFile() {
        Path copy = saved(Map.of("<mug>", TWO), AdapterFormat.KOHYA);

        assertThat(Adapter.load(copy).name()).isEqualTo("copy");
        assertThat(SafetensorsFile.open(copy).entry("emb_params").shape()).containsExactly(2L, 3L);
    }

    @Test
    void aWordForTwoTextEncodersKeepsItsKeysInEitherFormat() {
        for (AdapterFormat format : AdapterFormat.values()) {
            Path copy = saved(Map.of("clip_l", TWO, "clip_g", tensor(2, 5)), format);

            assertThat(SafetensorsFile.open(copy).entry("clip_l").shape()).containsExactly(2L, 3L);
            assertThat(SafetensorsFile.open(copy).entry("clip_g").shape()).containsExactly(2L, 5L);
        }
    }

    @Test
    void unequalNumbersOfVectorsAreRefused() {
        assertRefused(
                Map.of("clip_l", TWO, "clip_g", tensor(3, 5)), "tensor 'clip_g' holds 3 vectors, but 'clip_l' holds 2");
    }

    @Test
    void oneTextEncoderOfTwoIsRefused() {
        assertRefused(Map.of("clip_g", TWO), "has no tensor 'clip_l'");
    }

    @Test
    void otherShapesAreRefused() {
        assertRefused(
                Map.of("mug", tensor(1, 2, 3)), "tensor 'mug' has shape [1, 2, 3], expected (vectors, dim) or (dim)");
        assertRefused(Map.of("mug", tensor(2, 0)), "tensor 'mug' has shape [2, 0], expected (vectors, dim) or (dim)");
        assertRefused(Map.of("mug", tensor()), "tensor 'mug' has shape [], expected (vectors, dim) or (dim)");
    }

    @Test
    void wholeNumbersAreRefused() {
        assertRefused(
                Map.of("mug", new TensorSource(DType.I64, List.of(1L), () -> ByteBuffer.allocate(8))),
                "tensor 'mug' has type I64, expected F32, F16 or BF16");
    }

    @Test
    void numbersThatAreNotFiniteAreRefused() {
        assertRefused(
                Map.of("mug", TensorSource.of(List.of(2L), new float[] {1, Float.NaN})),
                "tensor 'mug' holds NaN, expected finite numbers");
    }

    @Test
    void severalWordsAreRefused() {
        assertRefused(Map.of("<mug>", TWO, "<cup>", TWO), "2 of 2 keys are no keys of a LoRA; the first: <cup>, <mug>");
    }

    @Test
    void aWebUiFileWithoutVectorsIsRefused() throws IOException {
        Path file = folder.resolve("mug.pt");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            byte[] pickle =
                    "\u0080\u0002}X\u000f\0\0\0string_to_param}s.".getBytes(ISO_8859_1); // {"string_to_param": {}}
            CRC32 crc = new CRC32();
            crc.update(pickle);
            ZipEntry entry = new ZipEntry("archive/data.pkl");
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(pickle.length);
            entry.setCrc(crc.getValue());
            zip.putNextEntry(entry);
            zip.write(pickle);
        }

        assertRefused(file, "'string_to_param' holds 0 tensors, expected 1");
    }

    @Test
    void aLayersKeyIsNoWord() {
        assertRefused(Map.of("unet.conv_in.weight", TWO), "1 of 1 keys are no keys of a LoRA");
    }

    private void assertRefused(Map<String, TensorSource> tensors, String problem) {
        assertRefused(write(tensors), problem);
    }

    private static void assertRefused(Path file, String problem) {
        assertThatThrownBy(() -> Adapter.load(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(problem);
    }
}
