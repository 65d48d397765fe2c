package io.github.sdfinetune.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.Precision;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.checkpoint.Component;
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
import io.github.sdfinetune.core.weights.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Whole generations against diffusers, step by step: from the prompt and the seed to the pixels. */
@Tag("reference")
final class PipelineReferenceTest {
    private static final String GOLDEN = "models/golden/sd1";
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
                ? ReferenceCases.in(GOLDEN).ofKind("pipeline").tests("variant files", testCase -> run(testCase, model))
                : Stream.empty();
    }

    private static void run(ReferenceCase testCase, Path model) {
        JsonFile params = testCase.json().object("params");
        skipWhatIsNotBuilt(testCase, params);
        Numerics numerics = Numerics.of(Precision.FLOAT32, "cpu");
        try (Arena arena = new Arena();
                Scope scope = Scope.open()) {
            Autoencoder vae = Network.vae(Component.inFolder(model.resolve("vae"), Optional.empty()), numerics, arena)
                    .network();
            UNet unet = Network.unet(Component.inFolder(model.resolve("unet"), Optional.empty()), numerics, arena)
                    .network();
            Golden golden = new Golden(testCase);
            Conditioning conditioning = conditioning(golden, params, model, arena);
            LatentShape shape = new LatentShape(
                    (int) conditioning.prompts().size(0),
                    vae.latentChannels(),
                    params.integer("height") / vae.factor(),
                    params.integer("width") / vae.factor());
            float[] latents = denoise(golden, params, unet, conditioning, shape);
            comparePictures(golden, vae, latents, shape);
            golden.assertComplete();
        }
    }

    private static void skipWhatIsNotBuilt(ReferenceCase testCase, JsonFile params) {
        if (!params.string("pipeline").equals("StableDiffusionPipeline")) {
            throw testCase.notBuiltYet(params.string("pipeline"));
        }
        if (params.has("guidance_rescale")) {
            throw testCase.notBuiltYet("guidance_rescale");
        }
    }

    /** Encodes the prompts; without a tokenizer, as in the compact copy, starts from the states in the file. */
    private static Conditioning conditioning(Golden golden, JsonFile params, Path model, Arena arena) {
        Generation request = request(params);
        if (!Files.exists(model.resolve("tokenizer"))) {
            return new Conditioning(
                    golden.given("mid.prompt_embeds"),
                    request.guidanceScale() > 1
                            ? Optional.of(golden.given("mid.negative_prompt_embeds"))
                            : Optional.empty());
        }
        ClipTextModel textEncoder = Network.textEncoder(
                        Component.inFolder(model.resolve("text_encoder"), Optional.empty()),
                        "text_encoder",
                        Numerics.float32(),
                        arena)
                .network();
        try (ClipTokenizer tokenizer = ClipTokenizer.load(model.resolve("tokenizer"))) {
            Conditioning conditioning = TextToImage.conditioning(
                    new TextConditioner(tokenizer, textEncoder), request, Patches.none(), ProgressListener.quiet());
            golden.compare("mid.prompt_embeds", conditioning.prompts());
            conditioning
                    .negativePrompts()
                    .ifPresent(negative -> golden.compare("mid.negative_prompt_embeds", negative));
            return conditioning;
        }
    }

    private static Generation request(JsonFile params) {
        return Generation.of(texts(params, "prompt"))
                .negativePrompt(texts(params, "negative_prompt"))
                .guidanceScale(params.number("guidance_scale"))
                .clipSkip(params.integer("clip_skip", 0))
                .count(params.integer("num_images_per_prompt", 1));
    }

    private static String[] texts(JsonFile params, String key) {
        return params.isList(key) ? params.strings(key).toArray(new String[0]) : new String[] {params.string(key, "")};
    }

    private static float[] denoise(
            Golden golden, JsonFile params, UNet unet, Conditioning conditioning, LatentShape shape) {
        SamplerSpec sampler = SamplerSpec.of(
                        new SchedulerConfig(params.string("scheduler"), params.object("scheduler_config")))
                .withEta(params.number("eta", 0));
        SamplerRun run = sampler.start(params.integer("num_inference_steps"), shape.batch());
        List<Float> timesteps = new ArrayList<>();
        try (LatentNoise noise = new LatentNoise(seeds(params), shape)) {
            int[] draws = {0};
            float[] start = TextToImage.scaled(golden.checked(noise, draws), run.initNoiseSigma());
            golden.compare("mid.latents_initial", start);
            for (double timestep : run.timesteps()) {
                timesteps.add((float) timestep);
            }
            golden.compare("out.timesteps", toArray(timesteps));
            float[] latents = new DenoisingLoop(unet, conditioning, params.number("guidance_scale"), Patches.none())
                    .run(run, shape, start, () -> golden.checked(noise, draws), (step, modelOutput, result) -> {
                        golden.compare(String.format("mid.model_output_%02d", step), modelOutput);
                        golden.compare(String.format("mid.latents_%02d", step), result);
                    });
            golden.compare("out.latents_final", latents);
            assertThat(draws[0]).as("draws of noise").isEqualTo(golden.drawsOfNoise());
            return latents;
        }
    }

    private static List<Long> seeds(JsonFile params) {
        return params.isList("seed") ? params.wholeNumbers("seed") : List.of(params.wholeNumber("seed"));
    }

    private static float[] toArray(List<Float> values) {
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }

    private static void comparePictures(Golden golden, Autoencoder vae, float[] latents, LatentShape shape) {
        if (golden.declares("out.image")) {
            Tensor decoded = vae.decode(Tensor.of(latents, shape.dimensions(1)));
            float[] image = decoded.permute(0, 2, 3, 1).toFloats(); // as in the file: channels last, 0 to 1
            for (int i = 0; i < image.length; i++) {
                image[i] = Math.min(Math.max(image[i] / 2 + 0.5f, 0), 1);
            }
            golden.compare("out.image", image);
        }
        List<RgbImage> pictures = TextToImage.decode(vae, latents, shape, () -> {});
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
        private final Map<String, Double> tolerances = new TreeMap<>();
        private final Set<String> open;

        Golden(ReferenceCase testCase) {
            tensors = testCase.tensors();
            for (String group : List.of("outputs", "intermediates")) {
                JsonFile declared = testCase.json().object(group);
                for (String name : declared.keys()) {
                    tolerances.put(name, declared.object(name).number("atol"));
                }
            }
            open = new TreeSet<>(tolerances.keySet());
        }

        boolean declares(String name) {
            return tolerances.containsKey(name);
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

        /** Draws noise from the seed and checks that it is the noise that diffusers drew. */
        float[] checked(LatentNoise noise, int... draws) {
            float[] drawn = noise.draw();
            String name = String.format("noise.%02d", draws[0]++);
            FloatAssert.assertClose(name, drawn, tensors.floats(name), NOISE_TOLERANCE, 0);
            return drawn;
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
}
