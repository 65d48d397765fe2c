package io.github.sdfinetune.core.weights;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.fuzz.Claim;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;

/** The index of sharded weights, beside two sound shards: one of the tensor {@code a}, one of {@code b} and {@code c}. */
final class WeightFilesFuzzTest {
    @BeforeAll
    static void writeShards() {
        TensorSource scalar = TensorSource.of(List.of(), new float[1]);
        write("model-00001-of-00002.safetensors", Map.of("a", scalar));
        write("model-00002-of-00002.safetensors", Map.of("b", scalar, "c", scalar));
    }

    private static void write(String name, Map<String, TensorSource> tensors) {
        SafetensorsWriter.write(Claim.folder("shards").resolve(name), tensors, Map.of());
    }

    @FuzzTest
    void index(byte[] input) {
        Path folder = Claim.folder("shards");
        Claim.file("shards/model.safetensors.index.json", input);
        Claim.holds(
                input.length,
                () -> WeightFiles.open(folder, "model", Optional.empty())
                        .entries()
                        .forEach(WeightEntry::floats));
    }
}
