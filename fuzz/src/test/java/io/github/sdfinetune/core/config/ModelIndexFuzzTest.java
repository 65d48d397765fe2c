package io.github.sdfinetune.core.config;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.fuzz.Claim;
import java.nio.file.Path;

final class ModelIndexFuzzTest {
    @FuzzTest
    void json(byte[] input) {
        Path file = Claim.file("model_index.json", input);
        Claim.holds(input.length, () -> ModelIndex.from(JsonFile.read(file)));
    }
}
