package io.github.sdfinetune.core.scheduler;

import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.core.config.SchedulerConfig;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A sampler with all its settings. Immutable; what changes while denoising is in the {@link SamplerRun} that it starts. */
public sealed interface SamplerSpec permits Ddim, Pndm, Euler, Ddpm {

    /**
     * The sampler that a configuration describes.
     *
     * @throws io.github.sdfinetune.error.ModelFormatException for a class or a value that is not supported
     */
    static SamplerSpec of(SchedulerConfig config) {
        return named(config).map(sampler -> of(config, sampler)).orElseThrow(() -> {
            String supported =
                    Stream.of(Sampler.values()).map(SamplerSpec::className).collect(Collectors.joining(", "));
            return config.settings()
                    .fault(
                            "_class_name",
                            "is \"" + config.className() + "\", expected one of " + supported
                                    + ", or a sampler of choice (Generation.sampler, --sampler)");
        });
    }

    /** The sampler that a configuration names; none if it is not one of ours. */
    static Optional<Sampler> named(SchedulerConfig config) {
        return Stream.of(Sampler.values())
                .filter(sampler -> className(sampler).equals(config.className()))
                .findFirst();
    }

    /**
     * A sampler of choice for the model that a configuration belongs to. It keeps the settings that it knows and has its own
     * class's defaults for the others, as {@code OtherScheduler.from_config(scheduler.config)} in diffusers.
     *
     * @throws io.github.sdfinetune.error.ModelFormatException for a value that is not supported
     */
    static SamplerSpec of(SchedulerConfig config, Sampler sampler) {
        return switch (sampler) {
            case DDIM -> Ddim.of(config.settings());
            case PNDM -> Pndm.of(config.settings());
            case EULER -> Euler.of(config.settings());
            case DDPM -> Ddpm.of(config.settings());
        };
    }

    private static String className(Sampler sampler) {
        return switch (sampler) {
            case DDIM -> "DDIMScheduler";
            case PNDM -> "PNDMScheduler";
            case EULER -> "EulerDiscreteScheduler";
            case DDPM -> "DDPMScheduler";
        };
    }

    /** The name of the sampler. */
    Sampler sampler();

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

    /** Starts a run over all of a number of steps. */
    default SamplerRun start(int steps, int batch) {
        return start(StepPlan.of(steps), 0, batch);
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
}
