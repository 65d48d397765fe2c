package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.testing.FloatAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.SchedulerConfig;
import io.github.sdfinetune.core.testing.ReferenceCase;
import io.github.sdfinetune.core.testing.ReferenceCases;
import io.github.sdfinetune.core.weights.SafetensorsFile;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Whole trajectories of diffusers' schedulers, step by step as the README beside the cases says. */
@Tag("reference")
final class SchedulerReferenceTest {
    private static final Set<String> NOT_BUILT_YET = Set.of("edm", "flow_match");

    /** What the name of a sampler can say; a chosen one has to say it itself. */
    private static final List<String> SAID_BY_NAMES = List.of(
            "use_karras_sigmas",
            "use_exponential_sigmas",
            "use_beta_sigmas",
            "use_lu_lambdas",
            "timestep_spacing",
            "algorithm_type");

    @TestFactory
    Stream<DynamicTest> schedulers() {
        return ReferenceCases.in("schedulers").tests(testCase -> {
            if (NOT_BUILT_YET.contains(testCase.kind())) {
                throw testCase.notBuiltYet(testCase.json().string("class"));
            }
            Trajectory trajectory = new Trajectory(testCase, described(testCase));
            trajectory.checkTables();
            trajectory.checkSteps();
            trajectory.checkForwardProcess();
        });
    }

    /** Where a case is what a name says, a sampler of that name goes the same way from the configuration of another class. */
    @TestFactory
    Stream<DynamicTest> schedulersByName() {
        return ReferenceCases.in("schedulers")
                .matching(testCase -> !NOT_BUILT_YET.contains(testCase.kind())
                        && named(testCase).isPresent())
                .tests("by name", testCase -> {
                    Sampler sampler = named(testCase).orElseThrow();
                    JsonFile others = testCase.json().object("config_given");
                    for (String key : SAID_BY_NAMES) {
                        others = others.with(key, null);
                    }
                    if (sampler.settings().containsKey("solver_order")) {
                        others = others.with("solver_order", null);
                    }
                    SamplerSpec chosen = SamplerSpec.of(new SchedulerConfig("DDIMScheduler", others), sampler);
                    new Trajectory(testCase, chosen).checkSteps();
                });
    }

    private static SamplerSpec described(ReferenceCase testCase) {
        JsonFile json = testCase.json();
        return SamplerSpec.of(new SchedulerConfig(json.string("class"), json.object("config_given")));
    }

    private static Optional<Sampler> named(ReferenceCase testCase) {
        String name = described(testCase).name();
        String spacing = testCase.json().object("config_given").string("timestep_spacing", "");
        return find(name + " " + spacing).or(() -> find(name));
    }

    private static Optional<Sampler> find(String name) {
        try {
            return Optional.of(Sampler.of(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static final class Trajectory {
        private final JsonFile json;
        private final SafetensorsFile tensors;
        private final List<String> outputs;
        private final double tableTolerance;
        private final SamplerSpec sampler;
        private final StepPlan plan;
        private final SamplerRun run;

        Trajectory(ReferenceCase testCase, SamplerSpec described) {
            json = testCase.json();
            tensors = testCase.tensors();
            outputs = json.strings("outputs");
            tableTolerance = json.object("tolerance").number("tables_rtol");
            JsonFile stepsGiven = json.object("set_timesteps");
            sampler = withStepOptions(withStepsGiven(described, stepsGiven), json.object("step_args"));
            plan = plan(stepsGiven, json.integer("num_inference_steps"));
            run = start(json.integer("begin_index"));
        }

        private static SamplerSpec withStepOptions(SamplerSpec sampler, JsonFile options) {
            if (sampler instanceof Euler euler) {
                return euler.withChurn(new Euler.Churn(
                        options.number("s_churn", 0),
                        options.number("s_tmin", 0),
                        options.number("s_tmax", Double.POSITIVE_INFINITY),
                        options.number("s_noise", 1)));
            }
            if (sampler instanceof Lms lms && options.has("order")) {
                return lms.withOrder(options.integer("order"));
            }
            SamplerSpec withEta = options.has("eta") ? sampler.withEta(options.number("eta")) : sampler;
            return withEta instanceof Ddim ddim && options.flag("use_clipped_model_output", false)
                    ? ddim.withClippedModelOutput()
                    : withEta;
        }

        private static SamplerSpec withStepsGiven(SamplerSpec sampler, JsonFile stepsGiven) {
            return sampler instanceof Lcm lcm && stepsGiven.has("original_inference_steps")
                    ? lcm.withOriginalSteps(stepsGiven.integer("original_inference_steps"))
                    : sampler;
        }

        private static StepPlan plan(JsonFile lists, int steps) {
            if (lists.has("timesteps")) {
                return new StepPlan.Timesteps(lists.numbers("timesteps"));
            }
            return lists.has("sigmas") ? new StepPlan.Sigmas(lists.numbers("sigmas")) : StepPlan.of(steps);
        }

        private SamplerRun start(int beginIndex) {
            int batch = tensors.entry(name("start_noise")).shape().get(0).intValue();
            return sampler.start(plan, beginIndex, batch);
        }

        private String name(String tensor) {
            return json.string("id") + "/" + tensor;
        }

        private float[] tensor(String name) {
            return tensors.floats(name(name));
        }

        /** One of the arrays that a tensor stacks. */
        private float[] slice(String name, int index) {
            int size = tensor("start_noise").length;
            return Arrays.copyOfRange(tensor(name), index * size, (index + 1) * size);
        }

        void checkTables() {
            NoiseSchedule schedule = sampler.noiseSchedule();
            double atol = json.object("config_given").flag("rescale_betas_zero_snr", false) ? 1e-6 : 0;
            assertClose("betas", schedule.betas(), tensor("betas"), atol, tableTolerance);
            assertClose("alphas_cumprod", schedule.alphasCumprod(), tensor("alphas_cumprod"), atol, tableTolerance);
            double timestepTolerance = json.object("tolerance").number("timesteps_atol");
            assertClose("timesteps", floats(run.timesteps()), tensor("timesteps"), timestepTolerance, 0);
            assertClose("timesteps_all", floats(start(0).timesteps()), tensor("timesteps_all"), timestepTolerance, 0);
            assertThat(sampler.evaluationsPerStep()).isEqualTo(json.integer("order"));
            if (outputs.contains("sigmas")) {
                assertClose("sigmas", floats(sigmas()), oncePerStep(tensor("sigmas")), 0, tableTolerance);
            }
            double initNoiseSigma = json.number("init_noise_sigma");
            assertThat(run.initNoiseSigma()).isCloseTo(initNoiseSigma, within(tableTolerance * initNoiseSigma));
        }

        private double[] sigmas() {
            if (sampler instanceof SigmaSampler sigmaSampler) {
                return sigmaSampler.sigmas(plan);
            }
            LambdaSchedule schedule = ((LambdaSampler) sampler).lambdaSchedule();
            int steps = json.integer("num_inference_steps");
            return Arrays.stream(schedule.visit(steps, sampler.noiseSchedule()).levels())
                    .mapToDouble(schedule.flowShift().isPresent() ? NoiseLevel::noise : NoiseLevel::sigma)
                    .toArray();
        }

        /** Where a step has two evaluations, the library repeats all sigmas but the first. */
        private float[] oncePerStep(float... sigmas) {
            if (sampler.evaluationsPerStep() == 1) {
                return sigmas;
            }
            float[] once = new float[json.integer("num_inference_steps") + 1];
            for (int i = 0; i < once.length; i++) {
                once[i] = sigmas[Math.max(2 * i - 1, 0)];
            }
            return once;
        }

        void checkSteps() {
            List<Double> tolerances = json.object("tolerance").numbers("samples_atol_per_step");
            List<Integer> draws = json.integers("noises_drawn_per_step");
            NoiseReader noise = new NoiseReader();
            float[] latents = startLatents();
            int step = 0;
            while (!run.isFinished()) {
                double tolerance = tolerances.get(step);
                assertClose("samples[" + step + "]", latents, slice("samples", step), tolerance, 0);
                float[] input = run.scaleModelInput(latents);
                assertClose("scaled_inputs[" + step + "]", input, slice("scaled_inputs", step), tolerance, 0);
                float[] output = model(input, run.timestep());
                assertClose("model_outputs[" + step + "]", output, slice("model_outputs", step), tolerance, 0);
                int drawnBefore = noise.drawn;
                latents = run.step(output, latents, noise);
                assertThat(noise.drawn - drawnBefore)
                        .as("noises drawn at step %s", step)
                        .isEqualTo(draws.get(step));
                step++;
            }
            assertThat(step).isEqualTo(json.integer("model_evaluations"));
            assertClose("the last sample", latents, slice("samples", step), tolerances.get(step), 0);
        }

        private float[] startLatents() {
            float[] noise = tensor("start_noise");
            return json.has("img2img_strength")
                    ? run.addNoise(tensor("clean"), noise)
                    : LinearCombination.sum(LinearCombination.term(run.initNoiseSigma(), noise));
        }

        private static float[] model(float[] input, double timestep) {
            float[] output = new float[input.length];
            for (int i = 0; i < input.length; i++) {
                output[i] = (float) (0.3 * input[i] + 0.05 * Math.sin(timestep / 100));
            }
            return output;
        }

        void checkForwardProcess() {
            if (!outputs.contains("add_noise")) {
                return;
            }
            float[] clean = tensor("clean");
            float[] noise = tensor("forward_noise");
            float[] timesteps = tensor("forward_timesteps");
            int batch = tensors.entry(name("clean")).shape().get(0).intValue();
            for (int i = 0; i < timesteps.length; i++) {
                int[] repeated = new int[batch];
                Arrays.fill(repeated, (int) timesteps[i]);
                float[] noisy = start(0) instanceof DiscreteRun
                        ? sampler.noiseSchedule().addNoise(clean, noise, repeated)
                        : start(indexOf(timesteps[i])).addNoise(clean, noise); // from the noise level of a step
                assertClose("add_noise[" + i + "]", noisy, slice("add_noise", i), tolerance("add_noise", i), 0);
                if (outputs.contains("velocity")) {
                    float[] velocity = sampler.noiseSchedule().velocity(clean, noise, repeated);
                    assertClose("velocity[" + i + "]", velocity, slice("velocity", i), tolerance("velocity", i), 0);
                }
            }
        }

        /** For the second evaluation of a step the library adds the noise of the step that follows. */
        private int indexOf(float timestep) {
            double[] all = start(0).timesteps();
            int index = IntStream.range(0, all.length)
                    .filter(i -> Math.abs(all[i] - timestep) < 1e-3)
                    .findFirst()
                    .orElseThrow();
            int evaluations = sampler.evaluationsPerStep();
            return (index + evaluations - 1) / evaluations * evaluations;
        }

        private double tolerance(String name, int index) {
            double largest = 0;
            for (float value : slice(name, index)) {
                largest = Math.max(largest, Math.abs(value));
            }
            return 1e-5 * largest;
        }

        private static float[] floats(double[] values) {
            float[] floats = new float[values.length];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = (float) values[i];
            }
            return floats;
        }

        /** The noises that the library drew, in their order. */
        private final class NoiseReader implements NoiseDraw {
            private int drawn;

            @Override
            public float[] draw() {
                return slice("noises", drawn++);
            }
        }
    }
}
