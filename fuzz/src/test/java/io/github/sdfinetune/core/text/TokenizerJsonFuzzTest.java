package io.github.sdfinetune.core.text;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.fuzz.Claim;
import java.nio.file.Path;

final class TokenizerJsonFuzzTest {
    @FuzzTest
    void json(byte[] input) {
        Path folder = Claim.folder("tokenizer");
        Claim.file("tokenizer/tokenizer.json", input);
        Claim.holds(input.length, () -> {
            Vocabulary vocabulary = Vocabulary.read(folder);
            TokenizerJson.of(vocabulary, SpecialTokens.read(folder));
        });
    }
}
