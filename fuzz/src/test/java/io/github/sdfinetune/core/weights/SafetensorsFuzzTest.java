package io.github.sdfinetune.core.weights;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.fuzz.Claim;
import java.nio.file.Path;

final class SafetensorsFuzzTest {
    @FuzzTest
    void file(byte[] input) {
        Path file = Claim.file("input.safetensors", input);
        Claim.holds(input.length, () -> SafetensorsFile.open(file).entries().forEach(WeightEntry::floats));
    }
}
