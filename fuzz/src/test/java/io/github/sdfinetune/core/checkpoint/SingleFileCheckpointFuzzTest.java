package io.github.sdfinetune.core.checkpoint;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.core.model.NetworkPlan;
import io.github.sdfinetune.fuzz.Claim;
import java.util.Optional;

/** A model in one file, its configurations from the shapes, and whether its networks have these. */
final class SingleFileCheckpointFuzzTest {
    @FuzzTest
    void tensors(byte[] input) {
        TensorFile file = NamedTensors.of(input);
        if (Family.of(file.names()).isEmpty()) {
            return; // what other files are is told by many patterns, in whose steps the fuzzer itself allocates memory
        }
        for (String name : new String[] {"unet", "vae", "text_encoder", "text_encoder_2"}) {
            Claim.holds(input.length, () -> check(file, name));
        }
    }

    private static void check(TensorFile file, String name) {
        SingleFileCheckpoint checkpoint =
                SingleFileCheckpoint.of(file, Optional.empty(), Optional.empty(), Optional.empty());
        Component component = new Component(checkpoint.config(name), checkpoint.weights(name, Optional.empty()));
        switch (name) {
            case "unet" -> NetworkPlan.unet(component).check();
            case "vae" -> NetworkPlan.vae(component).check();
            default -> NetworkPlan.textEncoder(component, name).check();
        }
    }
}
