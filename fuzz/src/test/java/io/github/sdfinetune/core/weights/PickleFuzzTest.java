package io.github.sdfinetune.core.weights;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.fuzz.Claim;
import java.io.IOException;
import java.nio.file.Path;

/** The pickle of a torch file that is sound otherwise. */
final class PickleFuzzTest {
    @FuzzTest
    void pickle(byte[] input) throws IOException {
        byte[] archive = TorchArchive.of(input);
        Path file = Claim.file("input.pt", archive);
        Claim.holds(archive.length, () -> TorchFiles.readAll(file));
    }
}
