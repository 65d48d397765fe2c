package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.Checks.require;

import java.util.Arrays;

/** A run that visits whole timesteps of training and keeps the variance of latents as in training. */
abstract class DiscreteRun extends SamplerRun {
    private final NoiseSchedule noiseSchedule;
    private final int[] timesteps;

    DiscreteRun(SamplerSpec sampler, int[] timesteps, int beginIndex) {
        super(Arrays.stream(timesteps).asDoubleStream().toArray(), beginIndex);
        this.noiseSchedule = sampler.noiseSchedule();
        this.timesteps = timesteps;
        int last = noiseSchedule.numTrainTimesteps() - 1;
        for (int timestep : timesteps) {
            require(
                    timestep >= 0 && timestep <= last,
                    "these steps (with steps_offset) lead to timestep %d, the model was trained with 0 to %d",
                    timestep,
                    last);
        }
        require(
                sampler.predictionType() != PredictionType.EPSILON
                        || noiseSchedule.level(timesteps[0]).alphaCumprod() > 0,
                "a model that predicts noise can't start at timestep %d, where latents are nothing but noise",
                timesteps[0]);
    }

    /** The number of steps, for samplers that take nothing else. */
    static int count(StepPlan plan, String sampler) {
        if (plan instanceof StepPlan.Count count) {
            return count.steps();
        }
        throw new IllegalArgumentException(sampler + " takes a number of steps, got " + plan);
    }

    static int[] round(double[] timesteps) {
        return Arrays.stream(timesteps)
                .mapToInt(timestep -> (int) Math.rint(timestep))
                .toArray();
    }

    final int timestepAt(int index) {
        return timesteps[index];
    }

    @Override
    public final float[] addNoise(float[] clean, float[] noise) {
        return noiseSchedule.addNoise(clean, noise, timesteps[index()]);
    }
}
