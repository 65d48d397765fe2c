package io.github.sdfinetune.core.text;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.fuzz.Claim;
import java.nio.file.Path;

final class SpecialTokensFuzzTest {
    @FuzzTest
    void json(byte[] input) {
        Path folder = Claim.folder("special-tokens");
        Claim.file("special-tokens/special_tokens_map.json", input);
        Claim.holds(input.length, () -> SpecialTokens.read(folder));
    }
}
