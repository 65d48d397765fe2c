package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.Checks.require;

import java.util.Arrays;

/**
 * One batch on its way from noise to clean latents. For one thread.
 *
 * <pre>{@code
 * while (!run.isFinished()) {
 *     float[] modelOutput = unet(run.scaleModelInput(latents), run.timestep());
 *     latents = run.step(modelOutput, latents, noise);
 * }
 * }</pre>
 */
public abstract class SamplerRun {
    private final double[] timesteps;
    private final int beginIndex;
    private int index;

    SamplerRun(double[] timesteps, int beginIndex) {
        require(
                beginIndex >= 0 && beginIndex < timesteps.length,
                "begin index must be from 0 to %d, was %d",
                timesteps.length - 1,
                beginIndex);
        this.timesteps = timesteps;
        this.beginIndex = beginIndex;
        this.index = beginIndex;
    }

    /**
     * The timesteps at which this run evaluates the model, in order, from its begin index on. There are as many as calls of
     * {@link #step}; they may repeat and, for some samplers, have fractions.
     */
    public final double[] timesteps() {
        return Arrays.copyOfRange(timesteps, beginIndex, timesteps.length);
    }

    /** The standard deviation of the noise that a run from the first step starts with. */
    public double initNoiseSigma() {
        return 1;
    }

    public final boolean isFinished() {
        return index == timesteps.length;
    }

    /**
     * The timestep for the coming evaluation of the model.
     *
     * @throws IllegalStateException if the run is finished
     */
    public final double timestep() {
        return timesteps[index()];
    }

    /** What the model is to be given for the latents at the coming evaluation, perhaps the latents themselves. */
    public float[] scaleModelInput(float[] latents) {
        return latents;
    }

    /**
     * Clean latents made as noisy as the latents of this run are now; what image-to-image starts with.
     *
     * @param noise of the standard normal distribution, the size of {@code clean}
     */
    public abstract float[] addNoise(float[] clean, float[] noise);

    /**
     * The latents after the model has been evaluated at {@link #timestep()}. The arguments are not changed; the run may keep
     * them, so they must not be changed afterwards either.
     *
     * @param modelOutput (batch, channels, height, width), after guidance
     * @param latents the same size, as the last step returned them, not scaled for the model
     * @param noise asked for noise when the sampler needs some
     * @throws IllegalStateException if the run is finished
     */
    public final float[] step(float[] modelOutput, float[] latents, NoiseDraw noise) {
        int current = index();
        require(
                modelOutput.length == latents.length,
                "a model output of the latents' size is needed, got %d and %d values",
                modelOutput.length,
                latents.length);
        float[] next = advance(current, modelOutput, latents, noise);
        index++;
        return next;
    }

    /** One step; {@code index} counts from the first timestep of the schedule, not from the begin index. */
    abstract float[] advance(int index, float[] modelOutput, float[] latents, NoiseDraw noise);

    final int index() {
        if (isFinished()) {
            throw new IllegalStateException("the run is finished after " + (index - beginIndex) + " steps");
        }
        return index;
    }
}
