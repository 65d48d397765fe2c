package io.github.sdfinetune.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Precision;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.SchedulerConfig;
import io.github.sdfinetune.core.image.RgbImage;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.model.Network;
import io.github.sdfinetune.core.scheduler.SamplerRun;
import io.github.sdfinetune.core.scheduler.SamplerSpec;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.FloatAssert;
import io.github.sdfinetune.core.testing.ReferenceCase;
import io.github.sdfinetune.core.testing.ReferenceCases;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.text.ClipTextModel;
import io.github.sdfinetune.core.text.ClipTokenizer;
import io.github.sdfinetune.core.unet.UNet;
import io.github.sdfinetune.core.vae.Autoencoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Whole generations against diffusers, step by step: from the prompt and the seed to the pixels. */
@Tag("reference")
final class PipelineReferenceTest {
    private static final String GOLDEN = "models/golden/sd1";
    private static final Set<String> SAMPLERS =
            Set.of("DDIMScheduler", "PNDMScheduler", "EulerDiscreteScheduler", "DDPMScheduler");
    private static final double NOISE_TOLERANCE = 3e-6;

    @TestFactory
    Stream<DynamicTest> textToImage() {
        Path model = ReferenceFolder.get().path("models/sd1");
        return ReferenceCases.in(GOLDEN).ofKind("pipeline").tests(testCase -> run(testCase, model));
    }

    @TestFactory
    Stream<DynamicTest> textToImageFromVariantFiles() {
        Path model = ReferenceFolder.get().path("models/variants/sd1-fp16");
        return Files.exists(model)
                ? ReferenceCases.in(GOLDEN).ofKind("pipeline").tests(testCase -> run(testCase, model))
                : Stream.empty();
    }

    private static void run(ReferenceCase testCase, Path model) {
        JsonFile params = testCase.json().object("params");
        skipWhatIsNotBuilt(testCase, params);
        Numerics numerics = Numerics.of(Precision.FLOAT32, "cpu");
        try (Arena arena = new Arena();
                Scope scope = Scope.open()) {
            Autoencoder vae = Network.vae(model.resolve("vae"), Optional.empty(), numerics, arena)
                    .network();
            UNet unet = Network.unet(model.resolve("unet"), Optional.empty(), numerics, arena)
                    .network();
            Conditioning conditioning = conditioning(testCase, params, model, arena);
            LatentShape shape = new LatentShape(
                    (int) conditioning.prompts().size(0),
                    vae.latentChannels(),
                    params.integer("height") / vae.factor(),
                    params.integer("width") / vae.factor());
            float[] latents = denoise(testCase, params, unet, conditioning, shape);
            comparePictures(testCase, TextToImage.decode(vae, latents, shape, () -> {}));
        }
    }

    private static void skipWhatIsNotBuilt(ReferenceCase testCase, JsonFile params) {
        if (!params.string("pipeline").equals("StableDiffusionPipeline")) {
            throw testCase.notBuiltYet(params.string("pipeline"));
        }
        if (!SAMPLERS.contains(params.string("scheduler"))) {
            throw testCase.notBuiltYet(params.string("scheduler"));
        }
        if (params.has("guidance_rescale")) {
            throw testCase.notBuiltYet("guidance_rescale");
        }
    }

    /** Encodes the prompts; without a tokenizer, as in the compact copy, starts from the states in the file. */
    private static Conditioning conditioning(ReferenceCase testCase, JsonFile params, Path model, Arena arena) {
        Conditioning single;
        if (Files.exists(model.resolve("tokenizer"))) {
            ClipTextModel textEncoder = Network.textEncoder(
                            model.resolve("text_encoder"), Optional.empty(), Numerics.float32(), arena)
                    .network();
            single = encode(params, model, textEncoder);
            compare(
                    testCase,
                    "mid.prompt_embeds",
                    single.repeated(images(params)).prompts());
        } else {
            Tensor prompts = testCase.tensors().entry("mid.prompt_embeds").toTensor();
            return new Conditioning(
                    prompts,
                    isGuided(params)
                            ? Optional.of(testCase.tensors()
                                    .entry("mid.negative_prompt_embeds")
                                    .toTensor())
                            : Optional.empty());
        }
        Conditioning repeated = single.repeated(images(params));
        repeated.negativePrompts().ifPresent(negative -> compare(testCase, "mid.negative_prompt_embeds", negative));
        return repeated;
    }

    private static Conditioning encode(JsonFile params, Path model, ClipTextModel textEncoder) {
        try (ClipTokenizer tokenizer = ClipTokenizer.load(model.resolve("tokenizer"))) {
            TextConditioner text = new TextConditioner(tokenizer, textEncoder);
            int clipSkip = params.integer("clip_skip", 0);
            List<String> prompts = texts(params, "prompt", 1);
            Tensor positive = text.encode(prompts, clipSkip, Patches.none(), ProgressListener.quiet());
            if (!isGuided(params)) {
                return new Conditioning(positive, Optional.empty());
            }
            List<String> negative = texts(params, "negative_prompt", prompts.size());
            return new Conditioning(
                    positive, Optional.of(text.encode(negative, 0, Patches.none(), ProgressListener.quiet())));
        }
    }

    private static List<String> texts(JsonFile params, String key, int count) {
        if (params.isList(key)) {
            return params.strings(key);
        }
        return Collections.nCopies(count, params.string(key, ""));
    }

    private static boolean isGuided(JsonFile params) {
        return params.number("guidance_scale") > 1;
    }

    private static int images(JsonFile params) {
        return params.integer("num_images_per_prompt", 1);
    }

    private static float[] denoise(
            ReferenceCase testCase, JsonFile params, UNet unet, Conditioning conditioning, LatentShape shape) {
        SamplerSpec sampler = SamplerSpec.of(
                        new SchedulerConfig(params.string("scheduler"), params.object("scheduler_config")))
                .withEta(params.number("eta", 0));
        SamplerRun run = sampler.start(params.integer("num_inference_steps"), shape.batch());
        List<Float> timesteps = new ArrayList<>();
        try (LatentNoise noise = new LatentNoise(seeds(params), shape)) {
            int[] draws = {0};
            float[] start = TextToImage.scaled(checked(testCase, noise, draws), run.initNoiseSigma());
            compare(testCase, "mid.latents_initial", start);
            for (double timestep : run.timesteps()) {
                timesteps.add((float) timestep);
            }
            compare(testCase, "out.timesteps", toArray(timesteps));
            float[] latents = new DenoisingLoop(unet, conditioning, params.number("guidance_scale"), Patches.none())
                    .run(run, shape, start, () -> checked(testCase, noise, draws), (step, modelOutput, result) -> {
                        compare(testCase, String.format("mid.model_output_%02d", step), modelOutput);
                        compare(testCase, String.format("mid.latents_%02d", step), result);
                    });
            compare(testCase, "out.latents_final", latents);
            long drawn = testCase.tensors().names().stream()
                    .filter(name -> name.startsWith("noise."))
                    .count();
            assertThat(draws[0]).as("draws of noise").isEqualTo((int) drawn);
            return latents;
        }
    }

    /** Draws noise from the seed and checks that it is the noise that diffusers drew. */
    private static float[] checked(ReferenceCase testCase, LatentNoise noise, int... draws) {
        float[] drawn = noise.draw();
        String name = String.format("noise.%02d", draws[0]++);
        FloatAssert.assertClose(name, drawn, testCase.tensors().floats(name), NOISE_TOLERANCE, 0);
        return drawn;
    }

    private static List<Long> seeds(JsonFile params) {
        return params.isList("seed")
                ? params.numbers("seed").stream().map(Double::longValue).toList()
                : List.of((long) params.number("seed"));
    }

    private static float[] toArray(List<Float> values) {
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }

    private static void comparePictures(ReferenceCase testCase, List<RgbImage> pictures) {
        float[] pixels = new float[pictures.size() * pictures.get(0).rgb().length];
        int at = 0;
        for (RgbImage picture : pictures) {
            for (byte value : picture.rgb()) {
                pixels[at++] = value & 0xff;
            }
        }
        compare(testCase, "out.image_u8", pixels);
    }

    private static void compare(ReferenceCase testCase, String name, Tensor actual) {
        compare(testCase, name, actual.toFloats());
    }

    /** Compares with a result or an intermediate value of the case, if it has one of this name. */
    private static void compare(ReferenceCase testCase, String name, float... actual) {
        for (String group : List.of("outputs", "intermediates")) {
            JsonFile json = testCase.json();
            if (json.isObject(group) && json.object(group).has(name)) {
                double tolerance = json.object(group).object(name).number("atol");
                FloatAssert.assertClose(name, actual, testCase.tensors().floats(name), tolerance, 0);
            }
        }
    }
}
