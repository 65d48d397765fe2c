package io.github.sdfinetune.lora.concept;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.core.weights.TorchArchive;
import io.github.sdfinetune.core.weights.WeightFile;
import io.github.sdfinetune.fuzz.Claim;
import java.io.IOException;
import java.nio.file.Path;

/** The file of a learned word: the pickle of a torch file that is sound otherwise, if it begins as one does, or a safetensors file. */
final class ConceptFileFuzzTest {
    private static final byte PROTOCOL = (byte) 0x80;

    @FuzzTest
    void file(byte[] input) throws IOException {
        boolean pickle = input.length > 0 && input[0] == PROTOCOL;
        byte[] content = pickle ? TorchArchive.of(input) : input;
        Path file = Claim.file("word", content);
        Claim.holds(content.length, () -> {
            WeightFile weights = WeightFile.open(file);
            if (ConceptFile.isConcept(weights)) {
                ConceptFile.read(weights).hash();
            }
        });
    }
}
