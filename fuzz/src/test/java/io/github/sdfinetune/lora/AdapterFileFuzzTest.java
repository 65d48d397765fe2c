package io.github.sdfinetune.lora;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.fuzz.Claim;
import java.nio.file.Path;

final class AdapterFileFuzzTest {
    @FuzzTest
    void file(byte[] input) {
        Path file = Claim.file("adapter.safetensors", input);
        Claim.holds(input.length, () -> new LoraAdapterProvider().load(file));
    }
}
