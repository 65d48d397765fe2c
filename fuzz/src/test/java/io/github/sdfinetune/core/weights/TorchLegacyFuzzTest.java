package io.github.sdfinetune.core.weights;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.fuzz.Claim;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.HexFormat;

/** The old form behind its first three pickles, which are always the same. */
final class TorchLegacyFuzzTest {
    private static final byte[] MAGIC = HexFormat.of().parseHex("80028a0a6cfc9c46f9206aa850192e");
    private static final byte[] VERSION = HexFormat.of().parseHex("80024de9032e");
    private static final byte[] MACHINE = HexFormat.of().parseHex("80027d580d0000006c6974746c655f656e6469616e88732e");

    @FuzzTest
    void behindTheHeader(byte[] input) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(MAGIC);
        bytes.writeBytes(VERSION);
        bytes.writeBytes(MACHINE);
        bytes.writeBytes(input);
        Path file = Claim.file("input.pt", bytes.toByteArray());
        Claim.holds(input.length, () -> TorchFiles.readAll(file));
    }
}
