package io.github.sdfinetune.core.text;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.fuzz.Claim;

final class SpecialTokensFuzzTest {
    @FuzzTest
    void json(byte[] input) {
        Claim.file("special_tokens_map.json", input);
        Claim.holds(input.length, () -> SpecialTokens.read(Claim.folder()));
    }
}
