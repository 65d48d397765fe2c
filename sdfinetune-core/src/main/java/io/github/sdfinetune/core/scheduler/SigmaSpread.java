package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.Checks.require;

import io.github.sdfinetune.core.config.JsonFile;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Sigmas that don't follow the timesteps, between a largest and a smallest.
 *
 * @param sigmaMin the last one, in the place of the sampler's own
 * @param sigmaMax the first one, in the place of the sampler's own
 */
record SigmaSpread(SigmaSpacing spacing, OptionalDouble sigmaMin, OptionalDouble sigmaMax) {
    /** The spread that a configuration asks for, if any, for samplers that don't know {@link SigmaSpacing#LAMBDA_UNIFORM}. */
    static Optional<SigmaSpread> of(JsonFile settings) {
        return of(settings, List.of(SigmaSpacing.KARRAS, SigmaSpacing.EXPONENTIAL, SigmaSpacing.BETA));
    }

    /**
     * The spread that a configuration asks for, if any.
     *
     * @param known what the sampler knows; flags for others have no effect on it
     */
    static Optional<SigmaSpread> of(JsonFile settings, List<SigmaSpacing> known) {
        OptionalDouble sigmaMin = sigma(settings, "sigma_min");
        OptionalDouble sigmaMax = sigma(settings, "sigma_max");
        if (sigmaMin.isPresent() && sigmaMax.isPresent() && sigmaMin.getAsDouble() >= sigmaMax.getAsDouble()) {
            throw settings.fault(
                    "sigma_min",
                    "is " + sigmaMin.getAsDouble() + ", expected less than sigma_max = " + sigmaMax.getAsDouble());
        }
        List<SigmaSpacing> asked = known.stream()
                .filter(spacing -> settings.flag(spacing.flag(), false))
                .toList();
        if (asked.size() > 1) {
            throw settings.fault(
                    asked.get(0).flag(),
                    "is true like " + asked.get(1).flag() + ", expected one of them to be true at most");
        }
        return asked.stream().findFirst().map(spacing -> new SigmaSpread(spacing, sigmaMin, sigmaMax));
    }

    private static OptionalDouble sigma(JsonFile settings, String key) {
        if (!settings.has(key)) {
            return OptionalDouble.empty();
        }
        double sigma = settings.number(key);
        if (sigma > 0) {
            return OptionalDouble.of(sigma);
        }
        throw settings.fault(key, "is " + sigma + ", expected a number above 0");
    }

    /** The name of a sampler with the spread that it has, as AUTOMATIC1111 writes it. */
    static String name(String sampler, Optional<SigmaSpread> spread) {
        return spread.map(present -> sampler + " " + present.spacing.label()).orElse(sampler);
    }

    /**
     * As many sigmas, descending.
     *
     * @param ownLargest what the sampler begins with if the configuration does not tell
     * @param ownSmallest what the sampler ends with if the configuration does not tell
     */
    double[] sigmas(double ownLargest, double ownSmallest, int count) {
        double largest = sigmaMax.orElse(ownLargest);
        double smallest = sigmaMin.orElse(ownSmallest);
        require(smallest <= largest, "sigma_min = %s is above the largest sigma of these steps, %s", smallest, largest);
        return spacing.sigmas(largest, smallest, count);
    }
}
