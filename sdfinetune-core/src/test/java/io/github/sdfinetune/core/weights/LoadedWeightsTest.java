package io.github.sdfinetune.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sdfinetune.Precision;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.ScalarType;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LoadedWeightsTest {
    @TempDir
    Path folder;

    private final Arena arena = new Arena();

    private LoadedWeights weights(KeySpelling spelling, Precision precision) {
        SafetensorsWriter.write(
                folder.resolve("model.safetensors"),
                Map.of(
                        "a.weight", TensorSource.of(List.of(2L, 3L), new float[] {1, 2, 3, 4, 5, 6}),
                        "query.weight", TensorSource.of(List.of(1L), new float[] {7}),
                        "embeddings.position_ids", TensorSource.of(List.of(1L), new float[] {0})),
                Map.of());
        return new LoadedWeights(
                WeightFiles.open(folder, "model", Optional.empty()), spelling, Numerics.of(precision, "cpu"), arena);
    }

    @Test
    void everyFaultIsListedTogether() {
        LoadedWeights weights = weights(KeySpelling.current(), Precision.FLOAT32);
        weights.get("a.weight", 3, 2);
        weights.get("b.weight", 4);

        assertThatThrownBy(weights::finish)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("4 tensors do not fit the network that config.json describes")
                .hasMessageContaining("tensor 'a.weight' has shape [2, 3], expected [3, 2]")
                .hasMessageContaining("tensor 'b.weight' is missing")
                .hasMessageContaining("tensor 'query.weight' is in the file but belongs to no layer")
                .hasMessageContaining("tensor 'embeddings.position_ids' is in the file");
        arena.close();
    }

    @Test
    void olderSpellingsAndBuffersAreKnown() {
        KeySpelling spelling = new KeySpelling(Map.of("to_q.", "query."), List.of("position_ids"));
        LoadedWeights weights = weights(spelling, Precision.FLOAT16);
        try (Scope scope = Scope.open()) {
            assertThat(weights.get("a.weight", 2, 3).type()).isEqualTo(ScalarType.FLOAT16);
            assertThat(weights.get("to_q.weight", 1).toFloats()).containsExactly(7);
        }
        weights.finish();
        assertThat(weights.parameters()).isEqualTo(7);
        arena.close();
    }
}
