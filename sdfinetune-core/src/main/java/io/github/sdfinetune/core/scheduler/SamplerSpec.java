package io.github.sdfinetune.core.scheduler;

import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.core.config.SchedulerConfig;

/** A sampler with all its settings. Immutable; what changes while denoising is in the {@link SamplerRun} that it starts. */
public sealed interface SamplerSpec permits Ddim, Pndm, Ddpm, Lcm, Tcd, SigmaSampler, LambdaSampler {

    /**
     * The sampler that a configuration describes.
     *
     * @throws io.github.sdfinetune.error.ModelFormatException for a class or a value that is not supported
     */
    static SamplerSpec of(SchedulerConfig config) {
        return SamplerClasses.find(config.className())
                .orElseThrow(() -> config.settings()
                        .fault(
                                "_class_name",
                                "is \"" + config.className() + "\", expected one of "
                                        + String.join(", ", SamplerClasses.names())
                                        + ", or a sampler of choice (Generation.sampler)"))
                .apply(config.settings());
    }

    /** Whether there is a sampler for the class that a configuration names. */
    static boolean knows(SchedulerConfig config) {
        return SamplerClasses.find(config.className()).isPresent();
    }

    /**
     * A sampler of choice for the model that a configuration belongs to. It keeps the settings that it knows, except for those that
     * the choice says, and has its own class's defaults for the others, as {@code OtherScheduler.from_config(scheduler.config,
     * use_karras_sigmas=True)} in diffusers.
     *
     * @throws io.github.sdfinetune.error.ModelFormatException for a value that is not supported
     */
    static SamplerSpec of(SchedulerConfig config, Sampler sampler) {
        return of(
                new SchedulerConfig(sampler.schedulerClass(), config.settings().with(sampler.settings())));
    }

    /** What AUTOMATIC1111 and others call this sampler, with its spread of sigmas: {@code DPM++ 2M Karras}. */
    String name();

    /** The noise schedule as this sampler sees it. */
    NoiseSchedule noiseSchedule();

    /** What the model predicts. */
    PredictionType predictionType();

    /**
     * Starts a run.
     *
     * @param beginIndex how many of the model's evaluations are left out at the beginning, as for image-to-image; 0 for none
     * @param batch how many samples are denoised together, at least 1
     * @throws IllegalArgumentException if this sampler can't take these steps
     */
    SamplerRun start(StepPlan plan, int beginIndex, int batch);

    /**
     * How often a step evaluates the model. A run over {@code n} steps that begins at step {@code k} has this times {@code k} as its
     * begin index.
     */
    default int evaluationsPerStep() {
        return 1;
    }

    /** Starts a run over all of a number of steps. */
    default SamplerRun start(int steps, int batch) {
        return start(StepPlan.of(steps), 0, batch);
    }

    /**
     * The clean latents that the model sees at a timestep; between two timesteps those of the nearest, which is enough to look at.
     *
     * @param modelInput the noisy latents, scaled for the model
     * @return the same size; not finite where there is nothing but noise and the model predicts that
     */
    default float[] denoised(float[] modelOutput, float[] modelInput, double timestep) {
        int last = noiseSchedule().numTrainTimesteps() - 1;
        NoiseLevel level = predictionType() == PredictionType.FLOW_PREDICTION
                ? NoiseLevel.ofFlow(timestep / (last + 1))
                : noiseSchedule().level((int) Math.min(Math.max(Math.rint(timestep), 0), last));
        return predictionType().denoised(modelOutput, modelInput, level);
    }

    /**
     * The sampler with another share of fresh noise at each step.
     *
     * @param eta 0 for none, 1 for as much as DDPM adds
     * @return this sampler itself if it has no such setting
     */
    default SamplerSpec withEta(double eta) {
        return this;
    }

    /** The share of fresh noise at each step; 0 if there is no such setting. */
    default double eta() {
        return 0;
    }
}
