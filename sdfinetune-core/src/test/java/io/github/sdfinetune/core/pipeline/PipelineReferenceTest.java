package io.github.sdfinetune.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Control;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.checkpoint.Component;
import io.github.sdfinetune.core.checkpoint.ModelSource;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.SchedulerConfig;
import io.github.sdfinetune.core.image.RgbImage;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.model.DiffusionModel;
import io.github.sdfinetune.core.model.Network;
import io.github.sdfinetune.core.pipeline.InitialPicture.LatentMask;
import io.github.sdfinetune.core.prompt.ChunkedPart;
import io.github.sdfinetune.core.prompt.PromptSteps;
import io.github.sdfinetune.core.scheduler.NoiseDraw;
import io.github.sdfinetune.core.scheduler.SamplerSpec;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.FloatAssert;
import io.github.sdfinetune.core.testing.PipelineCase;
import io.github.sdfinetune.core.testing.ReferenceCase;
import io.github.sdfinetune.core.testing.ReferenceCases;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.unet.UNet;
import io.github.sdfinetune.core.vae.Autoencoder;
import io.github.sdfinetune.core.weights.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Whole generations against diffusers, step by step: from the prompt and the seed to the pixels. */
@Tag("reference")
final class PipelineReferenceTest {
    private static final double NOISE_TOLERANCE = 3e-6;

    @TestFactory
    Stream<DynamicTest> stableDiffusion1() {
        return pipelines("sd1");
    }

    @TestFactory
    Stream<DynamicTest> stableDiffusion2() {
        return pipelines("sd2v");
    }

    @TestFactory
    Stream<DynamicTest> stableDiffusionXl() {
        return pipelines("sdxl");
    }

    @TestFactory
    Stream<DynamicTest> inpaintingModel() {
        return pipelines("sd1-inpaint");
    }

    @TestFactory
    Stream<DynamicTest> controlNet() {
        return controlled().tests(testCase -> runControlled(testCase, "models/sd1-controlnet"));
    }

    @TestFactory
    Stream<DynamicTest> controlNetFromShardedVariantFiles() {
        String folder = "models/variants/controlnet-sharded-fp16";
        return Files.exists(ReferenceFolder.get().path(folder))
                ? controlled().tests("sharded variant files", testCase -> runControlled(testCase, folder))
                : Stream.empty();
    }

    private static ReferenceCases controlled() {
        return ReferenceCases.in("models/golden/sd1-controlnet").ofKind("pipeline");
    }

    private static void runControlled(ReferenceCase testCase, String controlNet) {
        ReferenceFolder reference = ReferenceFolder.get();
        try (ControlNet net = ControlNet.load(reference.path(controlNet))) {
            run(testCase, reference.path("models/sd1"), request -> {
                Control control = new PipelineCase(testCase).control(net);
                return Controls.of(request.generation().control(control), request.size(), UnaryOperator.identity());
            });
        }
    }

    private static Stream<DynamicTest> pipelines(String name) {
        return ReferenceCases.in("models/golden/" + name)
                .ofKind("pipeline")
                .tests(testCase -> run(testCase, ReferenceFolder.get().path("models/" + name)));
    }

    @TestFactory
    Stream<DynamicTest> fromVariantFiles() {
        Path model = ReferenceFolder.get().path("models/variants/sd1-fp16");
        return Files.exists(model)
                ? ReferenceCases.in("models/golden/sd1")
                        .ofKind("pipeline")
                        .tests("variant files", testCase -> run(testCase, model))
                : Stream.empty();
    }

    private static void run(ReferenceCase testCase, Path folder) {
        run(testCase, folder, request -> Controls.none());
    }

    private static void run(ReferenceCase testCase, Path folder, Function<Request, Controls> controls) {
        PipelineCase pipelineCase = new PipelineCase(testCase);
        JsonFile params = pipelineCase.params();
        Golden golden = new Golden(testCase);
        try (Request request = Request.open(folder, pipelineCase.generation(), golden.size());
                Scope scope = Scope.open()) {
            PromptBatch prompts = prompts(golden, request);
            Controls controlled = controls.apply(request);
            if (pipelineCase.leavesOutEncoder(folder)) {
                Golden behindEncoder = new Golden(testCase);
                Optional<float[]> recorded = Optional.of(golden.input("mid.latents_initial"));
                comparePictures(
                        behindEncoder, request, denoise(behindEncoder, params, request, prompts, controlled, recorded));
                golden.allow("out.image_u8", pipelineCase.pixelTolerance(folder));
            }
            comparePictures(golden, request, denoise(golden, params, request, prompts, controlled, Optional.empty()));
            golden.assertComplete();
        }
    }

    /** Encodes the prompts; without a tokenizer, as in the compact copy, starts from the states in the file. */
    private static PromptBatch prompts(Golden golden, Request request) {
        if (request.model().isEmpty()) {
            return new PromptBatch(
                    given(golden, "mid.prompt_embeds"),
                    request.generation().guidanceScale() > 1 ? given(golden, "mid.negative_prompt_embeds") : List.of(),
                    Optional.empty());
        }
        PromptBatch prompts = new PromptEncoder(request.model().get(), Patches.none(), ProgressListener.quiet())
                .encode(request.generation(), PromptSteps.of(1), request.size());
        golden.compareStates("prompt_embeds", prompts.prompts());
        golden.compareStates("negative_prompt_embeds", prompts.negativePrompts());
        return prompts;
    }

    private static List<PromptStates> given(Golden golden, String name) {
        Tensor all = golden.given(name);
        ChunkedPart always = new ChunkedPart(1, List.of(List.of()), List.of(new ChunkedPart.Span(1, 0)));
        List<PromptStates> states = new ArrayList<>();
        for (int i = 0; i < all.size(0); i++) {
            PromptStates.Encoding encoding = new PromptStates.Encoding(always, all.narrow(0, i, 1));
            states.add(new PromptStates(List.of(new PromptStates.Part(1, List.of(encoding), Optional.empty()))));
        }
        return states;
    }

    /** @param recorded latents to start from in the place of our own */
    private static float[] denoise(
            Golden golden,
            JsonFile params,
            Request request,
            PromptBatch prompts,
            Controls controls,
            Optional<float[]> recorded) {
        SamplerSpec sampler = SamplerSpec.of(
                        new SchedulerConfig(params.string("scheduler"), params.object("scheduler_config")))
                .withEta(params.number("eta", 0));
        LatentShape shape = request.shape();
        try (LatentNoise seeded = new LatentNoise(request.generation().seeds(), shape)) {
            CheckedNoise noise = new CheckedNoise(seeded, golden);
            Start start = start(golden, params, request, sampler, noise);
            golden.compare("mid.latents_initial", start.latents());
            start.inputChannels().ifPresent(channels -> compareMask(golden, channels, shape, copies(request)));
            golden.compare("out.timesteps", floats(start.run().timesteps()));
            Guidance guidance =
                    new Guidance(params.number("guidance_scale"), params.number("guidance_rescale", 0), 0, 1);
            Denoiser denoiser =
                    new Denoiser(request.unet(), prompts, guidance, start.inputChannels(), controls, Patches.none());
            float[] latents = new DenoisingLoop(denoiser, start.afterStep())
                    .run(start.run(), shape, recorded.orElse(start.latents()), noise, step -> {
                        golden.compare(String.format("mid.model_output_%02d", step.number()), step.modelOutput());
                        golden.compare(String.format("mid.latents_%02d", step.number()), step.latents());
                    });
            golden.compare("out.latents_final", latents);
            assertThat(noise.draws()).as("draws of noise").isEqualTo(golden.drawsOfNoise());
            return latents;
        }
    }

    private static Start start(Golden golden, JsonFile params, Request request, SamplerSpec sampler, NoiseDraw noise) {
        int steps = params.integer("num_inference_steps");
        if (!golden.has("in.init_image_u8_hwc")) {
            return Start.fromNoise(sampler, steps, request.shape(), noise);
        }
        byte[] rgb = bytes(golden.input("in.init_image_u8_hwc"));
        RgbImage image = new RgbImage(request.size().width(), request.size().height(), rgb);
        return Start.fromPicture(
                sampler,
                steps,
                new InitialPicture(image, mask(golden, request), params.number("strength", 1)),
                request.unet().config().inChannels() > request.vae().latentChannels(),
                new PictureEncoder(new LatentCodec(request.vae(), false, () -> {}), request.shape()),
                noise);
    }

    private static byte[] bytes(float... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** Hard, as diffusers makes it: from one half on a pixel is repainted, and latents take the nearest pixel. */
    private static Optional<LatentMask> mask(Golden golden, Request request) {
        if (!golden.has("in.mask_u8_hw")) {
            return Optional.empty();
        }
        float[] pixels = golden.input("in.mask_u8_hw");
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = pixels[i] / 255 >= 0.5f ? 1 : 0;
        }
        LatentShape shape = request.shape();
        int factor = request.vae().factor();
        float[] latents = new float[shape.height() * shape.width()];
        for (int y = 0; y < shape.height(); y++) {
            for (int x = 0; x < shape.width(); x++) {
                latents[y * shape.width() + x] = pixels[(y * factor * shape.width() + x) * factor];
            }
        }
        // diffusers makes these for any model, ours only for those that use them.
        golden.without("mid.masked_image_latents", request.unet().config().inChannels() == shape.channels());
        // In the file twice where there is guidance.
        golden.compare("mid.mask", new LatentShape(copies(request), 1, shape.height(), shape.width()).repeat(latents));
        return Optional.of(new LatentMask(latents, pixels));
    }

    private static int copies(Request request) {
        return request.generation().guidanceScale() > 1 ? 2 : 1;
    }

    private static void compareMask(Golden golden, float[] channels, LatentShape shape, int copies) {
        int plane = shape.height() * shape.width();
        float[] masked = Arrays.copyOfRange(channels, plane, channels.length);
        golden.compare(
                "mid.masked_image_latents",
                new LatentShape(copies, shape.channels(), shape.height(), shape.width()).repeat(masked));
    }

    private static float[] floats(double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static void comparePictures(Golden golden, Request request, float[] latents) {
        Autoencoder vae = request.vae();
        LatentShape shape = request.shape();
        if (golden.declares("out.image")) {
            Tensor decoded = vae.decode(Tensor.of(latents, shape.dimensions(1)));
            float[] image = decoded.permute(0, 2, 3, 1).toFloats(); // as in the file: channels last, 0 to 1
            for (int i = 0; i < image.length; i++) {
                image[i] = Math.min(Math.max(image[i] / 2 + 0.5f, 0), 1);
            }
            golden.compare("out.image", image);
        }
        List<RgbImage> pictures = new LatentCodec(vae, false, () -> {}).decode(latents, shape, done -> {});
        float[] pixels = new float[pictures.size() * pictures.get(0).rgb().length];
        int at = 0;
        for (RgbImage picture : pictures) {
            for (byte value : picture.rgb()) {
                pixels[at++] = value & 0xff;
            }
        }
        golden.compare("out.image_u8", pixels);
    }

    /** What a case declares, its outputs and intermediate values, and which of them were not met yet. */
    private static final class Golden {
        private final SafetensorsFile tensors;
        private final JsonFile params;
        private final Map<String, Double> tolerances = new TreeMap<>();
        private final Set<String> open;

        Golden(ReferenceCase testCase) {
            tensors = testCase.tensors();
            params = testCase.json().object("params");
            for (String group : List.of("outputs", "intermediates")) {
                JsonFile declared = testCase.json().object(group);
                for (String name : declared.keys()) {
                    tolerances.put(name, declared.object(name).number("atol"));
                }
            }
            open = new TreeSet<>(tolerances.keySet());
        }

        /** Of the pictures; those that start from one or are controlled by one and don't say have its size. */
        PixelSize size() {
            if (params.has("width")) {
                return new PixelSize(params.integer("width"), params.integer("height"));
            }
            String given = has("in.init_image_u8_hwc") ? "in.init_image_u8_hwc" : "in.control_image_u8_hwc";
            List<Long> shape = tensors.entry(given).shape(); // (height, width, 3)
            return new PixelSize(shape.get(1).intValue(), shape.get(0).intValue());
        }

        void allow(String name, double tolerance) {
            tolerances.put(name, tolerance);
        }

        boolean declares(String name) {
            return tolerances.containsKey(name);
        }

        /** What is left out of the comparison. */
        void without(String name, boolean leftOut) {
            if (leftOut) {
                open.remove(name);
            }
        }

        /** A value to start from, which is then nothing to compare with. */
        Tensor given(String name) {
            open.remove(name);
            return tensors.entry(name).toTensor();
        }

        void compare(String name, Tensor actual) {
            compare(name, actual.toFloats());
        }

        /** Compares with the value of this name; of the steps, a case holds only some. */
        void compare(String name, float... actual) {
            Double tolerance = tolerances.get(name);
            if (tolerance != null) {
                FloatAssert.assertClose(name, actual, tensors.floats(name), tolerance, 0);
                open.remove(name);
            }
        }

        boolean has(String name) {
            return tensors.names().contains(name);
        }

        float[] input(String name) {
            return tensors.entry(name).toTensor().toFloats();
        }

        /** Compares what holds at the first step; pooled states have the same name behind "pooled_". */
        void compareStates(String name, List<PromptStates> prompts) {
            if (prompts.isEmpty()) {
                return;
            }
            List<PromptStates.Weighted> states =
                    prompts.stream().map(prompt -> prompt.at(1).get(0)).toList();
            compare(
                    "mid." + name,
                    states.stream().map(PromptStates.Weighted::states).toList());
            String pooled = name.startsWith("negative_") ? "negative_pooled_prompt_embeds" : "pooled_prompt_embeds";
            compare(
                    "mid." + pooled,
                    states.stream().flatMap(state -> state.pooled().stream()).toList());
        }

        private void compare(String name, List<Tensor> rows) {
            if (!rows.isEmpty()) {
                compare(name, Tensor.concat(0, rows.toArray(Tensor[]::new)));
            }
        }

        int drawsOfNoise() {
            return (int) tensors.names().stream()
                    .filter(name -> name.startsWith("noise."))
                    .count();
        }

        void assertComplete() {
            assertThat(open).as("declared, but not compared").isEmpty();
        }
    }

    /** Noise that is drawn from the seed and is checked to be what diffusers drew. */
    private static final class CheckedNoise implements NoiseDraw {
        private final LatentNoise noise;
        private final Golden golden;
        private int draws;

        CheckedNoise(LatentNoise noise, Golden golden) {
            this.noise = noise;
            this.golden = golden;
        }

        @Override
        public float[] draw() {
            float[] drawn = noise.draw();
            String name = String.format("noise.%02d", draws++);
            FloatAssert.assertClose(name, drawn, golden.input(name), NOISE_TOLERANCE, 0);
            return drawn;
        }

        int draws() {
            return draws;
        }
    }

    /**
     * A model and what is asked of it.
     *
     * @param model absent in the compact copy, which has no tokenizer
     */
    private record Request(
            Optional<DiffusionModel> model,
            UNet unet,
            Autoencoder vae,
            Generation generation,
            PixelSize size,
            Arena arena)
            implements AutoCloseable {

        static Request open(Path folder, Generation generation, PixelSize size) {
            Arena arena = new Arena();
            if (Files.exists(folder.resolve("tokenizer"))) {
                LoadOptions options = LoadOptions.defaults();
                DiffusionModel model = DiffusionModel.load(ModelSource.open(folder, options), options);
                return new Request(Optional.of(model), model.unet(), model.vae(), generation, size, arena);
            }
            try (Scope scope = Scope.open()) {
                Numerics numerics = Numerics.float32();
                UNet unet = Network.unet(Component.inFolder(folder.resolve("unet"), Optional.empty()), numerics, arena)
                        .network();
                Autoencoder vae = Network.vae(
                                Component.inFolder(folder.resolve("vae"), Optional.empty()), numerics, arena)
                        .network();
                return new Request(Optional.empty(), unet, vae, generation, size, arena);
            }
        }

        LatentShape shape() {
            return new LatentShape(
                    generation.pictures(),
                    vae.latentChannels(),
                    size.height() / vae.factor(),
                    size.width() / vae.factor());
        }

        @Override
        public void close() {
            model.ifPresent(DiffusionModel::close);
            arena.close();
        }
    }
}
