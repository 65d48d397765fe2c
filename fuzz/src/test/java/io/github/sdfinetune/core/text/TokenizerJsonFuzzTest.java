package io.github.sdfinetune.core.text;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.fuzz.Claim;

final class TokenizerJsonFuzzTest {
    @FuzzTest
    void json(byte[] input) {
        Claim.file("tokenizer.json", input);
        Claim.holds(input.length, () -> {
            Vocabulary vocabulary = Vocabulary.read(Claim.folder());
            TokenizerJson.of(vocabulary, SpecialTokens.read(Claim.folder()));
        });
    }
}
