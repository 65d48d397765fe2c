package io.github.sdfinetune.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.core.checkpoint.Component;
import io.github.sdfinetune.core.checkpoint.ControlNetFile;
import io.github.sdfinetune.core.config.ControlNetConfig;
import io.github.sdfinetune.core.config.EncoderConfig;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.UNetConfig;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.ScalarType;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.FloatAssert;
import io.github.sdfinetune.core.testing.OriginalControlNet;
import io.github.sdfinetune.core.testing.ReferenceCase;
import io.github.sdfinetune.core.testing.ReferenceCases;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.unet.Conditioning;
import io.github.sdfinetune.core.unet.ControlNet;
import io.github.sdfinetune.core.unet.ControlResiduals;
import io.github.sdfinetune.core.unet.UNet;
import io.github.sdfinetune.core.weights.SafetensorsWriter;
import io.github.sdfinetune.core.weights.TensorSource;
import io.github.sdfinetune.core.weights.TorchWriter;
import io.github.sdfinetune.core.weights.WeightEntry;
import io.github.sdfinetune.core.weights.WeightFiles;
import io.github.sdfinetune.core.weights.WeightSource;
import io.github.sdfinetune.core.weights.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations of a ControlNet against diffusers: its residuals, and what the UNet makes of them. */
@Tag("reference")
final class ControlNetReferenceTest {
    private static final String GOLDEN = "models/golden/sd1-controlnet";

    @TempDir
    Path temporary;

    @TestFactory
    Stream<DynamicTest> residuals() {
        return cases().tests(testCase ->
                run(testCase, component(ReferenceFolder.get().path("models/sd1-controlnet"))));
    }

    @TestFactory
    Stream<DynamicTest> fromShardedVariantFiles() {
        Path folder = ReferenceFolder.get().path("models/variants/controlnet-sharded-fp16");
        return Files.exists(folder)
                ? cases().tests("sharded variant files", testCase -> run(testCase, component(folder)))
                : Stream.empty();
    }

    /** The same weights with their original names, or diffusers', in one file of either form. */
    @TestFactory
    Stream<DynamicTest> fromSingleFiles() {
        return Stream.of("control_model.", "", "diffusers")
                .flatMap(naming -> Stream.of("safetensors", "pth")
                        .flatMap(form -> cases().tests(
                                        "single " + form + " file, " + naming,
                                        testCase -> run(testCase, file(naming, form)))));
    }

    private Component file(String naming, String form) {
        Path folder = ReferenceFolder.get().path("models/sd1-controlnet");
        Map<String, TensorSource> tensors = new TreeMap<>();
        if (naming.equals("diffusers")) {
            component(folder).weights().entries().forEach(entry -> tensors.put(entry.name(), TensorSource.of(entry)));
        } else {
            tensors.putAll(OriginalControlNet.of(component(folder).weights(), naming));
        }
        Path file = temporary.resolve("net." + form);
        if (form.equals("pth")) {
            TorchWriter.write(file, tensors, OptionalLong.empty());
        } else {
            SafetensorsWriter.write(file, tensors, Map.of());
        }
        Component opened = ControlNetFile.open(file, LoadOptions.defaults().configs(folder));
        assertSame(opened.weights(), component(folder).weights());
        return opened;
    }

    private static void assertSame(WeightFiles found, WeightFiles expected) {
        assertThat(found.names()).containsExactlyInAnyOrderElementsOf(expected.names());
        for (WeightEntry entry : expected.entries()) {
            assertThat(found.entry(entry.name()).shape()).isEqualTo(entry.shape());
            assertThat(found.entry(entry.name()).dtype()).isEqualTo(entry.dtype());
            assertThat(found.entry(entry.name()).data()).isEqualTo(entry.data());
        }
    }

    /**
     * A ControlNet of each family as its training begins, a copy of the UNet's encoder, but with convolutions that change nothing in
     * place of zeros: the residuals are what the UNet itself hands over, which the reference holds.
     */
    @TestFactory
    Stream<DynamicTest> aCopyOfTheEncoderGivesTheSkipConnections() {
        return Stream.of("sd1", "sd2v", "sdxl")
                .flatMap(name -> ReferenceCases.in("models/golden/" + name)
                        .matching(testCase -> testCase.name().equals("unet_intermediates"))
                        .tests(
                                "residuals",
                                testCase -> skipConnections(
                                        testCase, ReferenceFolder.get().path("models/" + name + "/unet"))));
    }

    private static void skipConnections(ReferenceCase testCase, Path unet) {
        try (Scope scope = Scope.open()) {
            Component component = component(unet);
            ControlNetConfig config = new ControlNetConfig(
                    UNetConfig.from(component.config()).encoder(), 3, List.of(4, 4, 4, 4), false, false);
            WeightSource weights = (name, shape) -> name.startsWith("controlnet_")
                    ? added(shape)
                    : component.weights().entry(name).toTensor().as(ScalarType.FLOAT32);
            ControlNet net = new ControlNet(config, Weights.of(weights, Numerics.float32(), "controlnet"));
            Tensor latents = input(testCase, "in.sample");
            Tensor picture =
                    Tensor.zerosLike(Tensor.empty(ScalarType.FLOAT32, 1, 3, 8 * latents.size(2), 8 * latents.size(3)));
            ControlResiduals residuals = net.forward(
                    latents,
                    input(testCase, "in.timestep").as(ScalarType.FLOAT32),
                    conditioning(testCase),
                    net.embed(picture),
                    1,
                    false);
            compareWithUNet(testCase, config.encoder(), residuals);
        }
    }

    /** Zeros, but convolutions of side 1 have ones on the diagonal. */
    private static Tensor added(long... shape) {
        float[] values = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        if (shape.length == 4 && shape[2] == 1) {
            for (int i = 0; i < shape[0]; i++) {
                values[i * (int) shape[1] + i] = 1;
            }
        }
        return Tensor.of(values, shape);
    }

    private static Conditioning conditioning(ReferenceCase testCase) {
        Tensor states = input(testCase, "in.encoder_hidden_states");
        return testCase.tensors().names().contains("in.time_ids")
                ? new Conditioning(
                        states,
                        Optional.of(new Conditioning.TextTime(
                                input(testCase, "in.text_embeds"), input(testCase, "in.time_ids"))))
                : Conditioning.text(states);
    }

    private static void compareWithUNet(ReferenceCase testCase, EncoderConfig config, ControlResiduals residuals) {
        List<String> names = new ArrayList<>(List.of("mid.conv_in"));
        int last = config.blockOutChannels().size() - 1;
        for (int block = 0; block <= last; block++) {
            for (int i = 0; i < config.layersPerBlock().get(block) + (block == last ? 0 : 1); i++) {
                names.add("mid.down_blocks." + block + ".res." + i);
            }
        }
        JsonFile declared = testCase.json().object("intermediates");
        assertThat(residuals.down()).hasSameSizeAs(names);
        for (int i = 0; i < names.size(); i++) {
            assertClose(testCase, declared, names.get(i), residuals.down().get(i));
        }
        assertClose(testCase, declared, "mid.mid_block", residuals.mid());
    }

    private static ReferenceCases cases() {
        return ReferenceCases.in(GOLDEN).ofKind("controlnet");
    }

    private static void run(ReferenceCase testCase, Component component) {
        Path unetFolder = ReferenceFolder.get().path("models/sd1/unet");
        try (Arena arena = new Arena();
                Scope scope = Scope.open()) {
            ControlNet net =
                    Network.controlNet(component, Numerics.float32(), arena).network();
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
        outputs.forEach((name, actual) -> assertClose(testCase, declared, name, actual));
    }

    private static void assertClose(ReferenceCase testCase, JsonFile declared, String name, Tensor actual) {
        FloatAssert.assertClose(
                name,
                actual.toFloats(),
                testCase.tensors().floats(name),
                declared.object(name).number("atol"),
                0);
    }

    private static Tensor input(ReferenceCase testCase, String name) {
        return testCase.tensors().entry(name).toTensor();
    }
}
