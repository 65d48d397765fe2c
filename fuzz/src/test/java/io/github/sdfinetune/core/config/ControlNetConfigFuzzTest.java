package io.github.sdfinetune.core.config;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.fuzz.Claim;
import java.nio.file.Path;

final class ControlNetConfigFuzzTest {
    @FuzzTest
    void json(byte[] input) {
        Path file = Claim.file("config.json", input);
        Claim.holds(input.length, () -> ControlNetConfig.from(JsonFile.read(file)));
    }
}
