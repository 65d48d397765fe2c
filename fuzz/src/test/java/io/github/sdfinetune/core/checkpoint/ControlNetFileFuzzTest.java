package io.github.sdfinetune.core.checkpoint;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.core.model.NetworkPlan;
import io.github.sdfinetune.fuzz.Claim;

/** A ControlNet in one file, its configuration from the shapes, and whether the network has these. */
final class ControlNetFileFuzzTest {
    @FuzzTest
    void tensors(byte[] input) {
        TensorFile file = NamedTensors.of(input);
        Claim.holds(
                input.length,
                () -> NetworkPlan.controlNet(ControlNetFile.of(file, LoadOptions.defaults()))
                        .check());
    }
}
