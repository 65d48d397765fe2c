package io.github.sdfinetune.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
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
    void picklesAreNotSupportedYet() throws IOException {
        Path pickle = Files.createFile(folder.resolve("pytorch_model.bin"));
        fails().hasMessage(pickle + ": pickled weights are not supported yet, expected model.safetensors or"
                + " model.safetensors.index.json");
    }

    @Test
    void foldersWithoutWeightsAndMissingFoldersAreNamed() {
        fails().hasMessage(folder + ": has no weights, expected model.safetensors or model.safetensors.index.json");
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
