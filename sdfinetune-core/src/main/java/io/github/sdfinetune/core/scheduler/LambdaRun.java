package io.github.sdfinetune.core.scheduler;

/** A run of a {@link LambdaSampler}. It keeps the variance of latents as in training. */
abstract class LambdaRun extends SamplerRun {
    private static final int LONG_RUN = 15;

    private final LambdaSampler sampler;
    private final NoiseLevel[] levels;
    private final int batch;

    LambdaRun(LambdaSampler sampler, StepPlan plan, int beginIndex, int batch) {
        this(
                sampler,
                sampler.lambdaSchedule().visit(StepPlan.count(plan, sampler.name()), sampler.noiseSchedule()),
                beginIndex,
                batch);
    }

    private LambdaRun(LambdaSampler sampler, LambdaSchedule.Visited visited, int beginIndex, int batch) {
        super(visited.timesteps(), beginIndex);
        this.sampler = sampler;
        this.levels = visited.levels();
        this.batch = batch;
    }

    /** The level at which a step begins. */
    final NoiseLevel level(int index) {
        return levels[index];
    }

    /** How many steps there are from this one on. */
    final int stepsLeft(int index) {
        return levels.length - 1 - index;
    }

    /** The highest order of a multistep method where the last steps are to have a lower one: as in diffusers, in short runs only. */
    final int lowerOrderFinal(int index) {
        return levels.length - 1 < LONG_RUN ? stepsLeft(index) : Integer.MAX_VALUE;
    }

    /** By how much the logarithm of signal over noise grows from one level to another. */
    final double rise(int from, int to) {
        return levels[to].lambda() - levels[from].lambda();
    }

    /** The clean latents that the model sees, within bounds. */
    final float[] denoised(int index, float[] modelOutput, float[] latents) {
        return sampler.limit().apply(sampler.predictionType().denoised(modelOutput, latents, levels[index]), batch);
    }

    /** The noise that is left if the clean latents are within bounds. */
    final float[] epsilon(int index, float[] modelOutput, float[] latents) {
        return sampler.limit() instanceof DenoisedLimit.None
                ? sampler.predictionType().epsilon(modelOutput, latents, levels[index])
                : levels[index].epsilon(latents, denoised(index, modelOutput, latents));
    }

    @Override
    public final float[] addNoise(float[] clean, float[] noise) {
        return levels[index()].mix(clean, noise);
    }
}
