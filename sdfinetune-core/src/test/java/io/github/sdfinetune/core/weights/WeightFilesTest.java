package io.github.sdfinetune.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WeightFilesTest {
    @TempDir
    Path folder;

    @Test
    void plainFilesWinWithoutAWish() {
        write("model.safetensors", "plain");
        write("model.fp16.safetensors", "half");
        write("other.safetensors", "other");
        WeightFiles weights = open();
        assertThat(weights.names()).containsExactly("plain");
        assertThat(weights.variant()).isEmpty();
        assertThat(weights.files()).containsExactly(folder.resolve("model.safetensors"));
        assertThat(weights.entry("plain").floats()).containsExactly(1);
    }

    @Test
    void theOnlyVariantIsReadAndNamed() {
        write("model.fp16.safetensors", "half");
        assertThat(open().variant()).contains("fp16");
        assertThat(open().names()).containsExactly("half");
    }

    @Test
    void aWantedVariantIsRead() {
        write("model.safetensors", "plain");
        write("model.fp16.safetensors", "half");
        assertThat(open("fp16").names()).containsExactly("half");
        fails("bf16").hasMessage(folder + ": has no weights of variant \"bf16\", only plain ones, \"fp16\"");
    }

    @Test
    void severalVariantsNeedAChoice() {
        write("model.fp16.safetensors", "half");
        write("model.non_ema.safetensors", "raw");
        fails().hasMessage(folder
                + ": has no plain model.safetensors but several variants; choose one of \"fp16\", \"non_ema\"");
        assertThat(open("non_ema").names()).containsExactly("raw");
    }

    @Test
    void shardsAreOneView() throws IOException {
        write("model-00001-of-00002.safetensors", "a", "c");
        write("model-00002-of-00002.safetensors", "b");
        index(
                "model.safetensors.index.json",
                Map.of(
                        "a",
                        "model-00001-of-00002.safetensors",
                        "c",
                        "model-00001-of-00002.safetensors",
                        "b",
                        "model-00002-of-00002.safetensors"));
        WeightFiles weights = open();
        assertThat(weights.names()).containsExactly("a", "c", "b");
        assertThat(weights.entries()).extracting(WeightEntry::name).containsExactly("a", "c", "b");
        assertThat(weights.files())
                .extracting(file -> String.valueOf(file.getFileName()))
                .containsExactly("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors");
    }

    @Test
    void shardsOfAVariantAreNoVariantsThemselves() throws IOException {
        write("model.fp16-00001-of-00001.safetensors", "a");
        index("model.safetensors.index.fp16.json", Map.of("a", "model.fp16-00001-of-00001.safetensors"));
        assertThat(open().variant()).contains("fp16");
        assertThat(open("fp16").names()).containsExactly("a");
    }

    @Test
    void anIndexWinsOverASingleFile() throws IOException {
        write("model.safetensors", "single");
        write("model-00001-of-00001.safetensors", "a");
        index("model.safetensors.index.json", Map.of("a", "model-00001-of-00001.safetensors"));
        assertThat(open().names()).containsExactly("a");
    }

    @Test
    void aMissingShardIsNamed() throws IOException {
        Path index = index("model.safetensors.index.json", Map.of("a", "model-00001-of-00001.safetensors"));
        fails().hasMessage(index + ": 'weight_map.a' is \"model-00001-of-00001.safetensors\", which is missing");
    }

    @Test
    void aShardWithoutTheTensorIsNamed() throws IOException {
        write("s.safetensors", "a");
        Path index = index("model.safetensors.index.json", Map.of("a", "s.safetensors", "b", "s.safetensors"));
        fails().hasMessage(index + ": 'weight_map.b' is \"s.safetensors\", which has no such tensor");
    }

    @Test
    void aTensorInAnotherShardIsNamed() throws IOException {
        Path first = write("s.safetensors", "a", "b");
        write("t.safetensors", "c");
        index("model.safetensors.index.json", Map.of("a", "s.safetensors", "b", "t.safetensors", "c", "t.safetensors"));
        fails().hasMessage(first + ": tensor 'b' stands here, but not according to model.safetensors.index.json");
    }

    @Test
    void aTensorThatTheIndexDoesNotListIsNamed() throws IOException {
        Path shard = write("s.safetensors", "a", "b");
        index("model.safetensors.index.json", Map.of("a", "s.safetensors"));
        fails().hasMessage(shard + ": tensor 'b' stands here, but not according to model.safetensors.index.json");
    }

    @Test
    void shardsOutsideTheFolderAreRefused() throws IOException {
        for (String name : List.of("../s.safetensors", "/tmp/s.safetensors", "a\\\\s.safetensors", "..", "s.bin")) {
            index("model.safetensors.index.json", Map.of("a", name));
            fails().hasMessageContaining("expected the name of a safetensors file beside the index");
        }
    }

    @Test
    void anIndexWithoutAMapIsRefused() throws IOException {
        Path index = Files.writeString(folder.resolve("model.safetensors.index.json"), "{\"metadata\": {}}");
        fails().hasMessage(index + ": 'weight_map' is missing");
    }

    @Test
    void picklesServeWhereThereIsNothingElse() throws IOException {
        pickle("pytorch_model.bin", "plain");
        pickle("pytorch_model.fp16.bin", "half");
        assertThat(open().names()).containsExactly("plain");
        assertThat(open().entry("plain").floats()).containsExactly(1);
        assertThat(open("fp16").names()).containsExactly("half");
        write("model.safetensors", "safe");
        assertThat(open().names()).containsExactly("safe");
        assertThat(open("fp16").names()).containsExactly("half");
    }

    @Test
    void shardsMayBePickles() throws IOException {
        pickle("pytorch_model-00001-of-00002.bin", "a");
        pickle("pytorch_model-00002-of-00002.bin", "b");
        Map<String, String> weightMap =
                Map.of("a", "pytorch_model-00001-of-00002.bin", "b", "pytorch_model-00002-of-00002.bin");
        index("pytorch_model.bin.index.json", weightMap);
        assertThat(open().names()).containsExactlyInAnyOrder("a", "b");
        index("pytorch_model.bin.index.json", Map.of("a", "a.safetensors"));
        fails().hasMessageContaining("expected the name of a bin file beside the index");
    }

    @Test
    void diffusersNamesItsPicklesAsItsOtherFiles() throws IOException {
        pickle("diffusion_pytorch_model.bin", "a");
        assertThat(WeightFiles.open(folder, "diffusion_pytorch_model", Optional.empty())
                        .names())
                .containsExactly("a");
        fails().hasMessageContaining("expected model.safetensors or pytorch_model.bin");
    }

    @Test
    void filesAreToldApartByTheirFirstBytes() throws IOException {
        Path disguised = pickle("lora.safetensors", "a");
        assertThat(WeightFile.open(disguised)).isInstanceOf(TorchFile.class);
        assertThat(WeightFile.open(disguised).metadata()).isEmpty();
        assertThat(WeightFile.open(write("a.safetensors", "a"))).isInstanceOf(SafetensorsFile.class);
        byte[] header = new byte[8 + 128];
        header[0] = (byte) 128;
        Path longHeader = Files.write(folder.resolve("b.safetensors"), header);
        assertThatThrownBy(() -> WeightFile.open(longHeader)).hasMessageContaining("its header");
    }

    private Path pickle(String file, String name) throws IOException {
        byte[] pickle = TorchBytes.pickle()
                .op("}")
                .text(name)
                .vector("0", "FloatStorage", 1)
                .op("s")
                .end();
        byte[] one = TorchBytes.floats(ByteOrder.LITTLE_ENDIAN, 1);
        byte[] archive = new TorchBytes.Archive()
                .with("x/data.pkl", pickle)
                .with("x/data/0", one)
                .build();
        return Files.write(folder.resolve(file), archive);
    }

    @Test
    void foldersWithoutWeightsAndMissingFoldersAreNamed() {
        fails().hasMessage(folder + ": has no weights, expected model.safetensors or pytorch_model.bin, or an index of"
                + " shards");
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> WeightFiles.open(missing, "model", Optional.empty()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(missing + ": no such folder");
    }

    @Test
    void aMissingTensorIsNamed() {
        Path file = write("model.safetensors", "a");
        WeightFiles weights = open();
        assertThatThrownBy(() -> weights.entry("b"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(file + ": has no tensor 'b'");
    }

    private WeightFiles open() {
        return WeightFiles.open(folder, "model", Optional.empty());
    }

    private WeightFiles open(String variant) {
        return WeightFiles.open(folder, "model", Optional.of(variant));
    }

    private AbstractThrowableAssert<?, ? extends Throwable> fails() {
        return assertThatThrownBy(this::open).isInstanceOf(ModelFormatException.class);
    }

    private AbstractThrowableAssert<?, ? extends Throwable> fails(String variant) {
        return assertThatThrownBy(() -> open(variant)).isInstanceOf(ModelFormatException.class);
    }

    private Path write(String file, String... names) {
        Map<String, TensorSource> tensors = new LinkedHashMap<>();
        for (String name : names) {
            tensors.put(name, TensorSource.of(List.of(1L), new float[] {1}));
        }
        SafetensorsWriter.write(folder.resolve(file), tensors, Map.of());
        return folder.resolve(file);
    }

    private Path index(String file, Map<String, String> weightMap) throws IOException {
        StringBuilder entries = new StringBuilder();
        weightMap.forEach((name, shard) ->
                entries.append(entries.isEmpty() ? "" : ",").append("\"" + name + "\":\"" + shard + "\""));
        return Files.writeString(folder.resolve(file), "{\"weight_map\":{" + entries + "}}");
    }
}
