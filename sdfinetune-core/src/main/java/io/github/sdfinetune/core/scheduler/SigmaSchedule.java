package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.Checks.require;

import io.github.sdfinetune.core.config.JsonFile;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Which sigmas (noise over signal) a sampler visits.
 *
 * @param logLinear whether sigmas fall evenly in the logarithm over all of the training's range, instead of following the
 *     timesteps
 * @param spread another spread between the first and the last sigma
 * @param endsAtSmallestSigma whether the run ends with the training's smallest sigma and not with 0
 * @param continuous whether the model is given a quarter of sigma's logarithm as timestep
 */
record SigmaSchedule(
        TimestepSpacing spacing,
        boolean logLinear,
        Optional<SigmaSpread> spread,
        boolean endsAtSmallestSigma,
        boolean continuous) {

    private static final Map<String, Boolean> LOG_LINEAR = Map.of("linear", false, "log_linear", true);
    private static final Map<String, Boolean> CONTINUOUS = Map.of("discrete", false, "continuous", true);

    /** The words of {@code final_sigmas_type}; true for the training's smallest sigma. */
    static final Map<String, Boolean> ENDS_AT_SMALLEST = Map.of("zero", false, "sigma_min", true);

    /** With all settings that there are. */
    static SigmaSchedule of(JsonFile settings, PredictionType predictionType) {
        return new SigmaSchedule(
                TimestepSpacing.of(settings, TimestepSpacing.Rule.LINSPACE),
                settings.oneOf("interpolation_type", LOG_LINEAR, false),
                SigmaSpread.of(settings),
                settings.oneOf("final_sigmas_type", ENDS_AT_SMALLEST, false),
                // diffusers knows the preconditioned timestep together with this prediction type only.
                settings.oneOf("timestep_type", CONTINUOUS, false) && predictionType == PredictionType.V_PREDICTION);
    }

    /** With the settings for the timesteps and a given spread. */
    static SigmaSchedule of(JsonFile settings, Optional<SigmaSpread> spread) {
        return new SigmaSchedule(
                TimestepSpacing.of(settings, TimestepSpacing.Rule.LINSPACE), false, spread, false, false);
    }

    /**
     * The sigmas at which the steps of a run begin, and the one where the last ends.
     *
     * @param training a noise schedule whose sigmas are finite
     */
    double[] sigmas(StepPlan plan, NoiseSchedule training) {
        if (plan instanceof StepPlan.Sigmas custom) {
            return custom.sigmas().stream().mapToDouble(sigma -> sigma).toArray();
        }
        double[] timesteps = spacedTimesteps(plan, training);
        double[] sigmas = logLinear
                ? SigmaSpacing.EXPONENTIAL.sigmas(
                        training.largestSigma(), training.smallestSigma(), timesteps.length + 1)
                : Arrays.stream(timesteps).map(training::sigma).toArray();
        if (spread.isPresent()) {
            sigmas = spread.get().sigmas(sigmas[0], sigmas[sigmas.length - 1], timesteps.length);
        }
        double[] withEnd = Arrays.copyOf(sigmas, sigmas.length + 1);
        withEnd[sigmas.length] = endsAtSmallestSigma ? training.smallestSigma() : 0;
        return withEnd;
    }

    /**
     * What the model is given as timesteps, one for each step, in the precision of float32 as in diffusers.
     *
     * @param sigmas what {@link #sigmas} returned for the same plan
     */
    double[] timesteps(StepPlan plan, double[] sigmas, NoiseSchedule training) {
        boolean fromSigmas = plan instanceof StepPlan.Sigmas || spread.isPresent();
        double[] timesteps;
        if (continuous || fromSigmas) {
            timesteps = Arrays.stream(sigmas, 0, sigmas.length - 1)
                    .map(sigma -> continuous ? 0.25 * Math.log(sigma) : training.timestepOf(sigma))
                    .toArray();
        } else {
            timesteps = spacedTimesteps(plan, training);
        }
        return Arrays.stream(timesteps).map(timestep -> (float) timestep).toArray();
    }

    private double[] spacedTimesteps(StepPlan plan, NoiseSchedule training) {
        if (plan instanceof StepPlan.Timesteps custom) {
            require(
                    spread.isEmpty() && !continuous,
                    "timesteps can't be given to a sampler that finds them from its sigmas, were %s",
                    custom.timesteps());
            int last = training.numTrainTimesteps() - 1;
            require(
                    custom.timesteps().get(0) <= last,
                    "timesteps must be at most %d, were %s",
                    last,
                    custom.timesteps());
            return custom.timesteps().stream().mapToDouble(timestep -> timestep).toArray();
        }
        return spacing.timesteps(((StepPlan.Count) plan).steps(), training.numTrainTimesteps());
    }
}
