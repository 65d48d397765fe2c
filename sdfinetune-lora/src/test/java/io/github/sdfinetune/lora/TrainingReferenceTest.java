package io.github.sdfinetune.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.core.checkpoint.Component;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.SchedulerConfig;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.model.Network;
import io.github.sdfinetune.core.pipeline.LatentShape;
import io.github.sdfinetune.core.scheduler.SamplerSpec;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Gradients;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.testing.FloatAssert;
import io.github.sdfinetune.core.testing.ReferenceCase;
import io.github.sdfinetune.core.testing.ReferenceCases;
import io.github.sdfinetune.core.testing.ReferenceFolder;
import io.github.sdfinetune.core.text.ClipTextModel;
import io.github.sdfinetune.core.training.AdamW;
import io.github.sdfinetune.core.training.EncodedExample;
import io.github.sdfinetune.core.training.LearningRate;
import io.github.sdfinetune.core.training.Objective;
import io.github.sdfinetune.core.training.TrainingBatch;
import io.github.sdfinetune.core.training.TrainingLoop;
import io.github.sdfinetune.core.unet.UNet;
import io.github.sdfinetune.core.vae.Autoencoder;
import io.github.sdfinetune.core.vae.Posterior;
import io.github.sdfinetune.core.weights.SafetensorsFile;
import io.github.sdfinetune.core.weights.WeightEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Training steps against diffusers and peft: losses, gradients, and the factors after every step. */
@Tag("reference")
final class TrainingReferenceTest {
    private static final String FOLDER = "training";

    @TestFactory
    Stream<DynamicTest> steps() {
        return ReferenceCases.in(FOLDER).tests(testCase -> {
            if (!testCase.name().equals("lora_r4")) {
                throw testCase.notBuiltYet("training case " + testCase.name());
            }
            new Run(testCase).compare();
        });
    }

    /** One trace, repeated from its inputs. */
    private static final class Run {
        private final JsonFile json;
        private final JsonFile tolerance;
        private final SafetensorsFile golden;
        private final SafetensorsFile inputs;
        private final Arena arena = new Arena();
        private final UNet unet;
        private final Autoencoder vae;
        private final ClipTextModel textEncoder;
        private final Objective objective;
        private final Map<String, Tensor> factors = new TreeMap<>();

        Run(ReferenceCase testCase) {
            json = testCase.json();
            tolerance = json.object("tolerance");
            golden = testCase.tensors();
            Path folder = ReferenceFolder.get().path(FOLDER);
            inputs = SafetensorsFile.open(folder.resolve("inputs.safetensors"));
            Path model = folder.resolve("model");
            Numerics numerics = Numerics.float32();
            unet = Network.unet(Component.inFolder(model.resolve("unet"), Optional.empty()), numerics, arena)
                    .network();
            vae = Network.vae(Component.inFolder(model.resolve("vae"), Optional.empty()), numerics, arena)
                    .network();
            textEncoder = Network.textEncoder(
                            Component.inFolder(model.resolve("text_encoder"), Optional.empty()),
                            "text_encoder",
                            numerics,
                            arena)
                    .network();
            SamplerSpec ddpm = SamplerSpec.of(
                    SchedulerConfig.of(JsonFile.read(model.resolve("scheduler").resolve("scheduler_config.json"))),
                    Sampler.DDPM);
            objective = new Objective(ddpm.noiseSchedule(), ddpm.predictionType());
        }

        void compare() {
            try (arena;
                    Scope scope = Scope.open()) {
                Patches patches = Patches.of(patches());
                List<Tensor> parameters = new ArrayList<>(factors.values());
                JsonFile optimizer = json.object("optimizer");
                TrainingLoop loop = new TrainingLoop(
                        unet,
                        objective,
                        patches,
                        parameters,
                        new AdamW(parameters, settings(optimizer), arena),
                        LearningRate.constant(optimizer.number("lr")),
                        optimizer.number("max_grad_norm"));
                compareGradients(patches, parameters);
                List<Double> losses = json.numbers("losses");
                for (int step = 1; step <= losses.size(); step++) {
                    TrainingLoop.Result result = loop.step(batch(step - 1), "reference");
                    assertThat(result.loss())
                            .as("loss of step " + step)
                            .isCloseTo(
                                    losses.get(step - 1), within(tolerance.number("loss_rtol") * losses.get(step - 1)));
                    double norm = json.numbers("grad_norms_before_clip").get(step - 1);
                    assertThat(result.gradientNorm())
                            .as("gradient norm of step " + step)
                            .isCloseTo(norm, within(1e-4 * norm));
                    compareFactors(step);
                }
            }
        }

        private static AdamW.Settings settings(JsonFile optimizer) {
            List<Double> betas = optimizer.numbers("betas");
            return new AdamW.Settings(
                    betas.get(0), betas.get(1), optimizer.number("eps"), optimizer.number("weight_decay"));
        }

        /** The LoRA as it starts: {@code down} from the file, {@code up} zero where the file has none. */
        private Map<String, LoraPatch> patches() {
            double scale = json.number("alpha") / json.integer("rank");
            Map<String, LoraPatch> patches = new LinkedHashMap<>();
            for (String name : golden.names()) {
                if (name.startsWith("grad1/") && name.endsWith(".lora_A.weight")) {
                    String layer = name.substring("grad1/".length(), name.length() - ".lora_A.weight".length());
                    patches.put(
                            layer,
                            new LoraPatch(start(layer + ".lora_A.weight"), start(layer + ".lora_B.weight"), scale));
                }
            }
            return patches;
        }

        private Tensor start(String name) {
            WeightEntry shaped = golden.entry("grad1/" + name);
            float[] values = golden.names().contains("start/" + name)
                    ? golden.floats("start/" + name)
                    : new float[shaped.elements()];
            Tensor factor = arena.adopt(Gradients.parameter(Tensor.of(values, shaped.dimensions())));
            factors.put(name, factor);
            return factor;
        }

        private void compareGradients(Patches patches, List<Tensor> parameters) {
            try (Scope scope = Scope.open()) {
                Tensor loss;
                try (Gradients recording = Gradients.record()) {
                    loss = objective.loss(unet, batch(0), patches);
                }
                List<Tensor> gradients = Gradients.of(loss, parameters);
                int index = 0;
                for (String name : factors.keySet()) {
                    FloatAssert.assertClose(
                            "grad1/" + name,
                            gradients.get(index++).toFloats(),
                            golden.floats("grad1/" + name),
                            tolerance.number("grad_atol"),
                            tolerance.number("grad_rtol"));
                }
            }
        }

        private TrainingBatch batch(int step) {
            try (Scope scope = Scope.open()) {
                Tensor noise = input("noise", step);
                int samples = (int) noise.size(0);
                Tensor text = textEncoder.encode(inputIds(step), 0, Patches.none());
                List<EncodedExample> examples = new ArrayList<>();
                for (int i = 0; i < samples; i++) {
                    Posterior posterior = vae.encode(input("pixel_values", step).rows(i));
                    examples.add(EncodedExample.of(
                            "sample " + i, posterior, text.rows(i).toFloats()));
                }
                return TrainingBatch.of(
                        examples,
                        new LatentShape(samples, (int) noise.size(1), (int) noise.size(2), (int) noise.size(3)),
                        vae.scalingFactor(),
                        (int) text.size(1),
                        new TrainingBatch.Randomness(
                                input("vae_noise", step).toFloats(), noise.toFloats(), timesteps(step, samples)));
            }
        }

        private Tensor inputIds(int step) {
            WeightEntry all = inputs.entry("input_ids");
            int samples = all.shape().get(1).intValue();
            int tokens = all.shape().get(2).intValue();
            int count = samples * tokens;
            return Tensor.of(Arrays.copyOfRange(all.longs(), step * count, (step + 1) * count), samples, tokens);
        }

        private int[] timesteps(int step, int samples) {
            return Arrays.stream(inputs.longs("timesteps"), step * samples, (step + 1) * samples)
                    .mapToInt(Math::toIntExact)
                    .toArray();
        }

        private Tensor input(String name, int step) {
            WeightEntry all = inputs.entry(name);
            long[] shape = Arrays.stream(all.dimensions()).skip(1).toArray();
            int count = all.elements() / all.shape().get(0).intValue();
            return Tensor.of(Arrays.copyOfRange(all.floats(), step * count, (step + 1) * count), shape);
        }

        /** Adam makes a full step of a gradient near zero, so a few numbers may differ more than the others. */
        private void compareFactors(int step) {
            if (!json.integers("steps_saved").contains(step)) {
                return;
            }
            String key = Integer.toString(step);
            double forMost = tolerance.object("params_atol_for_99.9_percent").number(key);
            double forAll = tolerance.object("params_atol_for_all").number(key);
            int beyond = 0;
            int count = 0;
            for (Map.Entry<String, Tensor> factor : factors.entrySet()) {
                String name = "step" + step + "/" + factor.getKey();
                float[] expected = golden.floats(name);
                float[] actual = factor.getValue().toFloats();
                FloatAssert.assertClose(name, actual, expected, forAll, 0);
                for (int i = 0; i < actual.length; i++) {
                    beyond += Math.abs(actual[i] - expected[i]) > forMost ? 1 : 0;
                }
                count += actual.length;
            }
            assertThat(beyond)
                    .as("of the %d numbers after step %d, those beyond %s", count, step, forMost)
                    .isLessThanOrEqualTo(count / 1000);
        }
    }
}
