package io.github.sdfinetune.core.config;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.fuzz.Claim;

final class ModelIndexFuzzTest {
    @FuzzTest
    void json(byte[] input) {
        Claim.file("model_index.json", input);
        Claim.holds(input.length, () -> ModelIndex.read(Claim.folder()));
    }
}
