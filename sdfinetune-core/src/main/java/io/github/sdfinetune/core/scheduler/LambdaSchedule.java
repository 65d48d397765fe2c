package io.github.sdfinetune.core.scheduler;

import io.github.sdfinetune.core.config.JsonFile;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * Which noise levels a sampler of the DPM-Solver kind visits. Its timesteps are whole numbers.
 *
 * @param spread other sigmas, spread over all of the training's range
 * @param flowShift if the levels are those of flow matching: how far they are shifted to more noise, 1 for not at all
 * @param smallestLambda timesteps of training below this logarithm of signal over noise are left out
 * @param roundsTimesteps whether the timesteps of a spread are rounded, and not cut off
 */
record LambdaSchedule(
        TimestepSpacing spacing,
        Optional<SigmaSpread> spread,
        OptionalDouble flowShift,
        double smallestLambda,
        End end,
        boolean roundsTimesteps) {

    /** Where a run ends. */
    enum End {
        CLEAN,
        /** The smallest sigma of training. */
        SMALLEST_SIGMA,
        /** The sigma where the last step begins, which then has nothing to do. */
        LAST_SIGMA
    }

    /**
     * The levels of a run and its timesteps.
     *
     * @param levels at which the steps begin, and the one where the last ends
     */
    record Visited(double[] timesteps, NoiseLevel[] levels) {}

    /** Whether the timesteps of this spread are rounded by samplers that don't know about the betas. */
    static boolean rounds(Optional<SigmaSpread> spread) {
        return spread.map(SigmaSpread::spacing)
                .filter(spacing -> spacing == SigmaSpacing.KARRAS || spacing == SigmaSpacing.LAMBDA_UNIFORM)
                .isPresent();
    }

    /** Where a run with that spread ends if it does not end clean, for samplers that don't look beyond a spread. */
    static End endAtSmallest(Optional<SigmaSpread> spread) {
        return spread.isPresent() ? End.LAST_SIGMA : End.SMALLEST_SIGMA;
    }

    static void refuseFlow(JsonFile settings, String sampler) {
        if (settings.flag("use_flow_sigmas", false)) {
            throw settings.fault(
                    "use_flow_sigmas", "is true, which the sampler " + sampler + " does not know; DPM++ 2M does");
        }
    }

    static OptionalDouble flowShift(JsonFile settings) {
        return settings.flag("use_flow_sigmas", false)
                ? OptionalDouble.of(settings.number("flow_shift", 1))
                : OptionalDouble.empty();
    }

    /** @param training a noise schedule whose sigmas are finite */
    Visited visit(int steps, NoiseSchedule training) {
        if (spread.isPresent()) {
            double[] sigmas = spread.get().sigmas(training.largestSigma(), training.smallestSigma(), steps);
            double[] timesteps = Arrays.stream(sigmas)
                    .map(training::timestepOf)
                    .map(roundsTimesteps ? Math::rint : Math::floor)
                    .toArray();
            return new Visited(timesteps, levels(sigmas, training));
        }
        if (flowShift.isPresent()) {
            return visitFlow(steps, flowShift.getAsDouble(), training);
        }
        int visible = training.timestepsAbove(smallestLambda);
        double[] timesteps = Arrays.stream(
                        spacing.wholeTimestepsBeforeEnd(steps, training.numTrainTimesteps(), visible))
                .asDoubleStream()
                .toArray();
        return new Visited(
                timesteps, levels(Arrays.stream(timesteps).map(training::sigma).toArray(), training));
    }

    private NoiseLevel[] levels(double[] sigmas, NoiseSchedule training) {
        return DoubleStream.concat(Arrays.stream(sigmas), DoubleStream.of(lastSigma(sigmas, training)))
                .mapToObj(NoiseLevel::ofSigma)
                .toArray(NoiseLevel[]::new);
    }

    private double lastSigma(double[] sigmas, NoiseSchedule training) {
        return switch (end) {
            case CLEAN -> 0;
            case SMALLEST_SIGMA -> training.smallestSigma();
            case LAST_SIGMA -> sigmas[sigmas.length - 1];
        };
    }

    private Visited visitFlow(int steps, double shift, NoiseSchedule training) {
        int numTrainTimesteps = training.numTrainTimesteps();
        double[] noises = new double[steps];
        Arrays.setAll(noises, i -> {
            double even = (1 - 1.0 / numTrainTimesteps) * (steps - i) / steps;
            return shift * even / (1 + (shift - 1) * even);
        });
        double[] timesteps = Arrays.stream(noises)
                .map(noise -> Math.floor(noise * numTrainTimesteps))
                .toArray();
        NoiseLevel[] levels = DoubleStream.concat(Arrays.stream(noises), DoubleStream.of(lastSigma(noises, training)))
                .mapToObj(NoiseLevel::ofFlow)
                .toArray(NoiseLevel[]::new);
        return new Visited(timesteps, levels);
    }
}
