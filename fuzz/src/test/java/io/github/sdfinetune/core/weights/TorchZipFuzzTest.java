package io.github.sdfinetune.core.weights;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.fuzz.Claim;
import java.nio.file.Path;

final class TorchZipFuzzTest {
    @FuzzTest
    void file(byte[] input) {
        Path file = Claim.file("input.pt", input);
        Claim.holds(input.length, () -> TorchFiles.readAll(file));
    }
}
