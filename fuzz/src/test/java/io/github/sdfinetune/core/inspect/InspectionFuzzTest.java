package io.github.sdfinetune.core.inspect;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.Inspection;
import io.github.sdfinetune.fuzz.Claim;
import java.nio.file.Path;

/** Whatever a file is, it can be told in lines. */
final class InspectionFuzzTest {
    @FuzzTest
    void file(byte[] input) {
        Path file = Claim.file("inspected", input);
        Claim.holds(
                // the texts of a picture may unpack to 16 MiB
                input.length + (64 << 10), () -> {
                    Inspection inspection = Inspection.of(file);
                    inspection.lines();
                    inspection.keyLines();
                });
    }
}
