package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.Checks.require;
import static io.github.sdfinetune.core.scheduler.LinearCombination.sum;
import static io.github.sdfinetune.core.scheduler.LinearCombination.term;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.scheduler.LinearCombination.Term;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Pseudo numerical methods for diffusion models (arXiv:2202.09778): the linear multistep method over the last four model
 * outputs. The first outputs come from three Runge-Kutta steps of four evaluations each, or, if those are skipped, from lower
 * orders and a repeated second timestep.
 *
 * @param last the noise level after the last step
 */
record Pndm(
        NoiseSchedule noiseSchedule,
        PredictionType predictionType,
        TimestepSpacing spacing,
        NoiseLevel last,
        boolean skipRungeKutta)
        implements SamplerSpec {

    /** Weights of the outputs, the newest first, when there are one, two, three or four of them. */
    private static final double[][] ADAMS_BASHFORTH = {
        {1}, {3 / 2.0, -1 / 2.0}, {23 / 12.0, -16 / 12.0, 5 / 12.0}, {55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0}
    };

    private static final int ORDER = ADAMS_BASHFORTH.length;

    /** Weights of the outputs of the four evaluations of a Runge-Kutta step. */
    private static final double[] RUNGE_KUTTA = {1 / 6.0, 1 / 3.0, 1 / 3.0, 1 / 6.0};

    private static final int WARM_UP_EVALUATIONS = (ORDER - 1) * RUNGE_KUTTA.length;

    static Pndm of(JsonFile settings) {
        NoiseSchedule noiseSchedule = NoiseSchedule.of(settings).withFiniteSigmas();
        return new Pndm(
                noiseSchedule,
                PredictionType.noiseOrVelocity(settings, "PLMS"),
                TimestepSpacing.of(settings, TimestepSpacing.Rule.LEADING),
                settings.flag("set_alpha_to_one", false) ? NoiseLevel.CLEAN : noiseSchedule.level(0),
                settings.flag("skip_prk_steps", false));
    }

    @Override
    public String name() {
        return "PLMS";
    }

    @Override
    public SamplerRun start(StepPlan plan, int beginIndex, int batch) {
        int steps = StepPlan.count(plan, name());
        int numTrainTimesteps = noiseSchedule.numTrainTimesteps();
        int[] visited = spacing.wholeTimesteps(steps, numTrainTimesteps);
        int stride = numTrainTimesteps / steps;
        if (skipRungeKutta) {
            return new Run(repeatSecond(visited), beginIndex, 0, stride);
        }
        require(steps >= ORDER, "PNDM with Runge-Kutta steps needs at least %d steps, was %d", ORDER, steps);
        require(beginIndex == 0, "PNDM with Runge-Kutta steps can't begin at index %d, only at 0", beginIndex);
        return new Run(withHalfSteps(visited, stride / 2), 0, WARM_UP_EVALUATIONS, stride);
    }

    private static int[] repeatSecond(int[] visited) {
        return IntStream.concat(
                        Arrays.stream(visited).limit(2), Arrays.stream(visited).skip(1))
                .toArray();
    }

    /** The first three timesteps as Runge-Kutta steps evaluate them: where a step begins, twice in its middle, where it ends. */
    private static int[] withHalfSteps(int[] visited, int half) {
        IntStream warmUp = IntStream.range(0, ORDER - 1).flatMap(i -> {
            int middle = visited[i + 1] + half;
            return IntStream.of(visited[i], middle, middle, visited[i + 1]);
        });
        return IntStream.concat(warmUp, Arrays.stream(visited).skip(ORDER - 1)).toArray();
    }

    /** Equation 9 of the paper: the latents at another timestep, given the model output. */
    private float[] transfer(float[] latents, float[] modelOutput, int from, int to) {
        NoiseLevel now = noiseSchedule.level(from);
        NoiseLevel next = to >= 0 ? noiseSchedule.level(to) : last;
        float[] epsilon = predictionType.epsilon(modelOutput, latents, now);
        double denominator =
                now.alphaCumprod() * next.noise() + now.noise() * Math.sqrt(now.alphaCumprod() * next.alphaCumprod());
        return sum(
                term(next.signal() / now.signal(), latents),
                term((now.alphaCumprod() - next.alphaCumprod()) / denominator, epsilon));
    }

    private final class Run extends DiscreteRun {
        private final int beginIndex;
        private final int warmUp;
        private final int stride;
        private final RecentOutputs outputs = new RecentOutputs(ORDER);
        private float[] origin = {};
        private float[] slope = {};

        Run(int[] timesteps, int beginIndex, int warmUp, int stride) {
            super(Pndm.this, timesteps, beginIndex);
            this.beginIndex = beginIndex;
            this.warmUp = warmUp;
            this.stride = stride;
        }

        @Override
        float[] advance(int index, float[] modelOutput, float[] latents, NoiseDraw noise) {
            if (index < warmUp) {
                return rungeKutta(index, modelOutput, latents);
            }
            if (warmUp == 0 && index == beginIndex + 1) {
                return repeatFirst(timestepAt(index), modelOutput);
            }
            if (outputs.size() == 0) {
                origin = latents;
            }
            outputs.add(modelOutput);
            float[] multistep = sum(outputs.weighted(ADAMS_BASHFORTH[outputs.size() - 1]));
            return transfer(latents, multistep, timestepAt(index), timestepAt(index) - stride);
        }

        private float[] rungeKutta(int index, float[] modelOutput, float[] latents) {
            int stage = index % RUNGE_KUTTA.length;
            int timestep = timestepAt(index);
            int from = timestepAt(index - stage);
            int to = stage % 2 == 0 ? timestep - stride / 2 : timestep;
            Term share = term(RUNGE_KUTTA[stage], modelOutput);
            if (stage == 0) {
                origin = latents;
                outputs.add(modelOutput);
                slope = sum(share);
            } else {
                slope = sum(term(1, slope), share);
            }
            return transfer(origin, stage == RUNGE_KUTTA.length - 1 ? slope : modelOutput, from, to);
        }

        /** The first step once more, with the mean of the outputs at its two ends. */
        private float[] repeatFirst(int timestep, float[] modelOutput) {
            float[] mean = sum(term(0.5, modelOutput), term(0.5, outputs.newest()));
            return transfer(origin, mean, timestep + stride, timestep);
        }
    }
}
