package io.github.sdfinetune.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.core.checkpoint.Component;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.ScalarType;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.FloatAssert;
import io.github.sdfinetune.core.testing.ReferenceCase;
import io.github.sdfinetune.core.testing.ReferenceCases;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.unet.Conditioning;
import io.github.sdfinetune.core.unet.ControlNet;
import io.github.sdfinetune.core.unet.ControlResiduals;
import io.github.sdfinetune.core.unet.UNet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Evaluations of a ControlNet against diffusers: its residuals, and what the UNet makes of them. */
@Tag("reference")
final class ControlNetReferenceTest {
    private static final String GOLDEN = "models/golden/sd1-controlnet";

    @TestFactory
    Stream<DynamicTest> residuals() {
        return cases().tests(testCase -> run(testCase, ReferenceFolder.get().path("models/sd1-controlnet")));
    }

    @TestFactory
    Stream<DynamicTest> fromShardedVariantFiles() {
        Path folder = ReferenceFolder.get().path("models/variants/controlnet-sharded-fp16");
        return Files.exists(folder)
                ? cases().tests("sharded variant files", testCase -> run(testCase, folder))
                : Stream.empty();
    }

    private static ReferenceCases cases() {
        return ReferenceCases.in(GOLDEN).ofKind("controlnet");
    }

    private static void run(ReferenceCase testCase, Path folder) {
        Path unetFolder = ReferenceFolder.get().path("models/sd1/unet");
        try (Arena arena = new Arena();
                Scope scope = Scope.open()) {
            ControlNet net = Network.controlNet(component(folder), Numerics.float32(), arena)
                    .network();
            UNet unet = Network.unet(component(unetFolder), Numerics.float32(), arena)
                    .network();
            Tensor latents = input(testCase, "in.sample");
            Tensor timesteps = input(testCase, "in.timestep").as(ScalarType.FLOAT32);
            Conditioning conditioning = Conditioning.text(input(testCase, "in.encoder_hidden_states"));
            JsonFile params = testCase.json().object("params");

            ControlResiduals residuals = net.forward(
                    latents,
                    timesteps,
                    conditioning,
                    net.embed(input(testCase, "in.controlnet_cond")),
                    params.number("conditioning_scale"),
                    params.flag("guess_mode", false));
            Tensor sample = unet.forward(latents, timesteps, conditioning, Optional.of(residuals), Patches.none());

            Map<String, Tensor> outputs =
                    new TreeMap<>(Map.of("out.mid_residual", residuals.mid(), "out.sample", sample));
            for (int i = 0; i < residuals.down().size(); i++) {
                outputs.put(
                        String.format("out.down_residual.%02d", i),
                        residuals.down().get(i));
            }
            compare(testCase, outputs);
        }
    }

    private static Component component(Path folder) {
        return Component.inFolder(folder, Optional.empty());
    }

    private static void compare(ReferenceCase testCase, Map<String, Tensor> outputs) {
        JsonFile declared = testCase.json().object("outputs");
        assertThat(outputs.keySet()).containsExactlyInAnyOrderElementsOf(declared.keys());
        outputs.forEach((name, actual) -> FloatAssert.assertClose(
                name,
                actual.toFloats(),
                testCase.tensors().floats(name),
                declared.object(name).number("atol"),
                0));
    }

    private static Tensor input(ReferenceCase testCase, String name) {
        return testCase.tensors().entry(name).toTensor();
    }
}
