package io.github.sdfinetune.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.sdfinetune.Precision;
import io.github.sdfinetune.core.checkpoint.Component;
import io.github.sdfinetune.core.config.ClipTextConfig;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.UNetConfig;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Gradients;
import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.ScalarType;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.FloatAssert;
import io.github.sdfinetune.core.testing.ReferenceCase;
import io.github.sdfinetune.core.testing.ReferenceCases;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.testing.RelativeError;
import io.github.sdfinetune.core.text.ClipTextModel;
import io.github.sdfinetune.core.unet.Conditioning;
import io.github.sdfinetune.core.unet.UNet;
import io.github.sdfinetune.core.vae.Autoencoder;
import io.github.sdfinetune.core.vae.Posterior;
import io.github.sdfinetune.core.vae.Tiling;
import io.github.sdfinetune.core.weights.SafetensorsFile;
import io.github.sdfinetune.core.weights.WeightFiles;
import io.github.sdfinetune.core.weights.WeightSource;
import io.github.sdfinetune.core.weights.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Single forward and backward passes of the networks against diffusers and transformers. */
@Tag("reference")
final class NetworkReferenceTest {
    private static final String GOLDEN = "models/golden/sd1";
    private static final Set<String> KINDS = Set.of("text_encoder", "vae_encode", "vae_decode", "unet", "gradients");
    private static final Set<String> SINGLE_PASS =
            Set.of("out.sample", "out.image", "out.moments", "out.last_hidden_state", "out.penultimate");
    private static final double LEAST_BFLOAT16_ERROR = 1e-4;
    private static final double BFLOAT16_ERROR = 0.03;
    private static final double NARROW_BFLOAT16_ERROR = 0.10;

    /** How results are compared: each case by its own tolerance, or as a whole by a relative error. */
    private interface Comparison {
        void check(ReferenceCase testCase, String output, Tensor actual);
    }

    @TestFactory
    Stream<DynamicTest> float32() {
        return Stream.of("sd1", "sd2v", "sdxl", "sd1-inpaint").flatMap(name -> {
            Path model = ReferenceFolder.get().path("models/" + name);
            return ReferenceCases.in("models/golden/" + name)
                    .matching(testCase -> KINDS.contains(testCase.kind()))
                    .tests(testCase -> run(testCase, model, Precision.FLOAT32, NetworkReferenceTest::withinTolerance));
        });
    }

    @TestFactory
    Stream<DynamicTest> float16StoredWeightsComputeInFloat32() {
        Path model = ReferenceFolder.get().path("models/sd1");
        return forwardPasses()
                .tests(
                        "float16 storage",
                        testCase -> run(testCase, model, Precision.FLOAT16, NetworkReferenceTest::withinTolerance));
    }

    @TestFactory
    Stream<DynamicTest> bfloat16() {
        Path model = ReferenceFolder.get().path("models/sd1");
        return forwardPasses().tests("bfloat16", testCase -> {
            Precision precision = testCase.kind().equals("unet")
                    ? DiffusionModel.precision(
                            UNetConfig.from(JsonFile.read(model.resolve("unet").resolve("config.json")))
                                    .encoder(),
                            Precision.BFLOAT16)
                    : Precision.BFLOAT16;
            // Where a network is too narrow for bfloat16, its results are those of float32.
            run(
                    testCase,
                    model,
                    precision,
                    precision == Precision.BFLOAT16 ? relative(BFLOAT16_ERROR) : NetworkReferenceTest::withinTolerance);
        });
    }

    /** What would come out if narrow UNets computed in bfloat16 too: close, but not close enough to be of use. */
    @TestFactory
    Stream<DynamicTest> bfloat16WhateverTheWidth() {
        Path model = ReferenceFolder.get().path("models/sd1");
        return forwardPasses()
                .ofKind("unet")
                .tests(
                        "bfloat16 whatever the width",
                        testCase -> run(testCase, model, Precision.BFLOAT16, relative(NARROW_BFLOAT16_ERROR)));
    }

    @TestFactory
    Stream<DynamicTest> variantFiles() {
        Path model = ReferenceFolder.get().path("models/variants/sd1-fp16");
        return forwardPasses().tests("variant files", testCase -> {
            if (!Files.exists(model)) {
                throw testCase.notBuiltYet("no models/variants in the compact copy");
            }
            run(testCase, model, Precision.FLOAT32, NetworkReferenceTest::withinTolerance);
        });
    }

    @TestFactory
    Stream<DynamicTest> oldSpellings() {
        ReferenceFolder reference = ReferenceFolder.get();
        Path vae = reference.path("models/variants/vae-old-keys");
        Path textEncoder = reference.path("models/variants/text_encoder-flat-keys");
        if (!Files.exists(vae)) {
            return Stream.empty();
        }
        return ReferenceCases.in(GOLDEN)
                .matching(testCase ->
                        testCase.kind().startsWith("vae") || testCase.kind().equals("text_encoder"))
                .tests("old spelling", testCase -> {
                    Path folder = testCase.kind().equals("text_encoder") ? textEncoder : vae;
                    runComponent(testCase, folder, Precision.FLOAT32, NetworkReferenceTest::withinTolerance);
                });
    }

    private static ReferenceCases forwardPasses() {
        return ReferenceCases.in(GOLDEN)
                .matching(testCase ->
                        KINDS.contains(testCase.kind()) && !testCase.kind().equals("gradients"));
    }

    private static void run(ReferenceCase testCase, Path model, Precision precision, Comparison comparison) {
        switch (testCase.kind()) {
            case "text_encoder" -> runComponent(testCase, model.resolve(component(testCase)), precision, comparison);
            case "vae_encode", "vae_decode" -> runComponent(testCase, model.resolve("vae"), precision, comparison);
            case "unet" -> runComponent(testCase, model.resolve("unet"), precision, comparison);
            case "gradients" -> gradients(testCase, model);
            default -> throw testCase.notBuiltYet(testCase.kind());
        }
    }

    /** Which of the text encoders. */
    private static String component(ReferenceCase testCase) {
        return testCase.json().object("params").string("component", "text_encoder");
    }

    private static void runComponent(ReferenceCase testCase, Path folder, Precision precision, Comparison comparison) {
        Numerics numerics = Numerics.of(precision, "cpu");
        try (Arena arena = new Arena();
                Scope scope = Scope.open()) {
            switch (testCase.kind()) {
                case "text_encoder" ->
                    textEncoder(
                            testCase,
                            Network.textEncoder(
                                            Component.inFolder(folder, Optional.empty()),
                                            "text_encoder",
                                            numerics,
                                            arena)
                                    .network(),
                            comparison);
                case "vae_encode" ->
                    vaeEncode(
                            testCase,
                            Network.vae(Component.inFolder(folder, Optional.empty()), numerics, arena)
                                    .network(),
                            comparison);
                case "vae_decode" ->
                    vaeDecode(
                            testCase,
                            Network.vae(Component.inFolder(folder, Optional.empty()), numerics, arena)
                                    .network(),
                            comparison);
                default ->
                    unet(
                            testCase,
                            Network.unet(Component.inFolder(folder, Optional.empty()), numerics, arena)
                                    .network(),
                            comparison);
            }
        }
    }

    private static void textEncoder(ReferenceCase testCase, ClipTextModel model, Comparison comparison) {
        Tensor ids = input(testCase, "in.input_ids");
        Tensor last = model.encode(ids, 0, Patches.none());
        comparison.check(testCase, "out.last_hidden_state", last);
        comparison.check(testCase, "out.penultimate", model.hiddenStates(ids, 1, Patches.none()));
        Tensor pooled = model.pooled(ids, last);
        if (model.projectionDim().isPresent()) {
            comparison.check(testCase, "out.text_embeds", model.project(pooled, Patches.none()));
        } else {
            comparison.check(testCase, "out.pooler_output", pooled);
        }
        boolean xl =
                testCase.folder().endsWith("sdxl"); // which takes the states from one layer below, without the norm
        for (int skip = 1; skip <= 2; skip++) {
            Tensor skipped =
                    xl ? model.hiddenStates(ids, skip + 1, Patches.none()) : model.encode(ids, skip, Patches.none());
            comparison.check(testCase, "out.clip_skip_" + skip, skipped);
        }
    }

    private static void vaeEncode(ReferenceCase testCase, Autoencoder vae, Comparison comparison) {
        Posterior posterior = vae.encode(input(testCase, "in.image"));
        Tensor sample = posterior.mean().add(posterior.deviation().multiply(input(testCase, "in.noise")));
        comparison.check(testCase, "out.moments", posterior.moments());
        comparison.check(testCase, "out.mean", posterior.mean());
        comparison.check(testCase, "out.mode", posterior.mean());
        comparison.check(testCase, "out.logvar", posterior.logVariance());
        comparison.check(testCase, "out.std", posterior.deviation());
        comparison.check(testCase, "out.sample", sample);
        comparison.check(testCase, "out.latents_scaled", sample.multiply(vae.scalingFactor()));
    }

    private static void vaeDecode(ReferenceCase testCase, Autoencoder vae, Comparison comparison) {
        Tensor latents = input(testCase, "in.latents");
        JsonFile params = testCase.json().object("params");
        Tensor image = params.has("tiling")
                ? vae.decodeTiled(latents, tiling(params.object("tiling")), () -> {})
                : vae.decode(latents);
        comparison.check(testCase, "out.image", image);
    }

    private static Tiling tiling(JsonFile json) {
        return new Tiling(json.integer("tile_sample_min_size"), json.number("tile_overlap_factor"));
    }

    private static void unet(ReferenceCase testCase, UNet unet, Comparison comparison) {
        Conditioning conditioning =
                new Conditioning(input(testCase, "in.encoder_hidden_states"), textTime(testCase, "in.text_embeds"));
        comparison.check(testCase, "out.sample", predict(testCase, unet, conditioning));
    }

    private static Optional<Conditioning.TextTime> textTime(ReferenceCase testCase, String pooled) {
        return testCase.tensors().names().contains(pooled)
                ? Optional.of(new Conditioning.TextTime(input(testCase, pooled), input(testCase, "in.time_ids")))
                : Optional.empty();
    }

    private static Tensor predict(ReferenceCase testCase, UNet unet, Conditioning conditioning) {
        Tensor timesteps = input(testCase, "in.timestep").as(ScalarType.FLOAT32);
        return unet.forward(input(testCase, "in.sample"), timesteps, conditioning, Patches.none());
    }

    /** The loss's derivative by every weight, which is recorded as the networks are built. */
    private static void gradients(ReferenceCase testCase, Path model) {
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        try (Arena arena = new Arena();
                Scope scope = Scope.open()) {
            Tensor loss;
            try (Gradients recording = Gradients.record()) {
                Conditioning context = context(testCase, model, parameters);
                UNet unet = new UNet(
                        UNetConfig.from(JsonFile.read(model.resolve("unet").resolve("config.json"))),
                        weights(model, "unet", "diffusion_pytorch_model", "", parameters));
                loss = Kernels.meanSquaredError(predict(testCase, unet, context), input(testCase, "in.noise"));
            }
            withinTolerance(testCase, "out.loss", loss);
            compareGradients(testCase, loss, parameters);
        }
    }

    private static Conditioning context(ReferenceCase testCase, Path model, Map<String, Tensor> parameters) {
        if (testCase.tensors().names().contains("in.encoder_hidden_states")) {
            Tensor given = Gradients.parameter(input(testCase, "in.encoder_hidden_states"));
            parameters.put("encoder_hidden_states", given);
            return new Conditioning(given, textTime(testCase, "in.text_embeds"));
        }
        ClipTextModel first = textEncoder(model, "text_encoder", parameters);
        Tensor ids = input(testCase, "in.input_ids_1");
        if (!testCase.tensors().names().contains("in.input_ids_2")) {
            return Conditioning.text(first.encode(ids, 0, Patches.none()));
        }
        ClipTextModel second = textEncoder(model, "text_encoder_2", parameters);
        Tensor ids2 = input(testCase, "in.input_ids_2");
        Tensor states = Tensor.concat(
                2, first.hiddenStates(ids, 1, Patches.none()), second.hiddenStates(ids2, 1, Patches.none()));
        Tensor pooled = second.project(second.pooled(ids2, second.encode(ids2, 0, Patches.none())), Patches.none());
        return new Conditioning(states, Optional.of(new Conditioning.TextTime(pooled, input(testCase, "in.time_ids"))));
    }

    private static ClipTextModel textEncoder(Path model, String component, Map<String, Tensor> parameters) {
        return new ClipTextModel(
                ClipTextConfig.from(JsonFile.read(model.resolve(component).resolve("config.json"))),
                weights(model, component, "model", component + ".", parameters),
                component.equals("text_encoder_2"));
    }

    private static Weights weights(
            Path model, String component, String baseName, String prefix, Map<String, Tensor> parameters) {
        WeightFiles files = WeightFiles.open(model.resolve(component), baseName, Optional.empty());
        WeightSource source = (name, shape) -> {
            Tensor parameter = Gradients.parameter(files.entry(name).toTensor().as(ScalarType.FLOAT32));
            parameters.put(prefix + name, parameter);
            return parameter;
        };
        return Weights.of(source, Numerics.float32(), component);
    }

    private static void compareGradients(ReferenceCase testCase, Tensor loss, Map<String, Tensor> parameters) {
        JsonFile file = JsonFile.read(testCase.file("file")
                .resolveSibling(testCase.json().object("params").string("norms")));
        JsonFile norms = file.object("parameters");
        // The last layer of SDXL's text encoders has no influence, so it is not in the list.
        parameters.keySet().removeIf(name -> !norms.has(name) && !name.equals("encoder_hidden_states"));
        List<Tensor> gradients = Gradients.of(loss, new ArrayList<>(parameters.values()));
        int index = 0;
        int compared = 0;
        for (String name : parameters.keySet()) {
            Tensor gradient = gradients.get(index++);
            if (testCase.json().object("outputs").has("out.grad." + name)) {
                withinTolerance(testCase, "out.grad." + name, gradient);
            }
            if (norms.has(name)) {
                double expected = norms.object(name).number("norm");
                double tolerance =
                        file.number("rtol") * expected + norms.object(name).number("ref_error");
                assertThat(Kernels.norm(List.of(gradient)))
                        .as("norm of the gradient of " + name)
                        .isCloseTo(expected, within(tolerance));
                compared++;
            }
        }
        assertThat(compared)
                .as("parameters whose norm was compared")
                .isEqualTo(norms.keys().size());
    }

    private static Tensor input(ReferenceCase testCase, String name) {
        return testCase.tensors().entry(name).toTensor();
    }

    private static void withinTolerance(ReferenceCase testCase, String output, Tensor actual) {
        double tolerance = testCase.json().object("outputs").object(output).number("atol");
        SafetensorsFile golden = testCase.tensors();
        FloatAssert.assertClose(output, actual.toFloats(), golden.floats(output), tolerance, 0);
    }

    /**
     * The L2 norm of the difference over that of the result, for what a forward pass gives. Less than the least would not be
     * bfloat16.
     */
    private static Comparison relative(double tolerance) {
        return (testCase, output, actual) -> {
            if (!SINGLE_PASS.contains(output)) {
                return;
            }
            assertThat(RelativeError.of(actual.toFloats(), testCase.tensors().floats(output)))
                    .as(output)
                    .isBetween(LEAST_BFLOAT16_ERROR, tolerance);
        };
    }
}
