package io.github.sdfinetune.core.text;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.fuzz.Claim;
import java.nio.file.Path;
import java.util.Arrays;

/** {@code vocab.json}, {@code merges.txt} and {@code added_tokens.json}, parted by zero bytes. */
final class VocabularyFuzzTest {
    @FuzzTest
    void threeFiles(byte[] input) {
        Path folder = Claim.folder("vocabulary");
        int start = 0;
        for (String name : new String[] {"vocab.json", "merges.txt", "added_tokens.json"}) {
            int end = start;
            while (end < input.length && input[end] != 0) {
                end++;
            }
            Claim.file("vocabulary/" + name, Arrays.copyOfRange(input, Math.min(start, end), end));
            start = Math.min(end + 1, input.length);
        }
        Claim.holds(input.length, () -> Vocabulary.read(folder));
    }
}
