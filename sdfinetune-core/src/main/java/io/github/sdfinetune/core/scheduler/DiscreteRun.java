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
            require(timestep >= 0 && timestep <= last, "timesteps must be from 0 to %d, one was %d", last, timestep);
        }
        require(
                sampler.predictionType() != PredictionType.EPSILON
                        || noiseSchedule.level(timesteps[beginIndex]).alphaCumprod() > 0,
                "a model that predicts noise can't start at timestep %d, where latents are nothing but noise; with zero"
                        + " terminal SNR it has to predict v or clean latents, or to start earlier, by leading timesteps",
                timesteps[beginIndex]);
    }

    final int timestepAt(int index) {
        return timesteps[index];
    }

    @Override
    public final float[] addNoise(float[] clean, float[] noise) {
        return noiseSchedule.level(timesteps[index()]).mix(clean, noise);
    }
}
