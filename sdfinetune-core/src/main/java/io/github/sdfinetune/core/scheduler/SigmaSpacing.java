package io.github.sdfinetune.core.scheduler;

import io.github.sdfinetune.core.config.JsonFile;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How sigmas are spread between the largest and the smallest, if not by the timesteps. */
enum SigmaSpacing {
    /** Equal steps of sigma^(1/7), equation 5 of Karras et al. 2022 (arXiv:2206.00364). */
    KARRAS {
        @Override
        double at(double position, double largest, double smallest) {
            double first = Math.pow(largest, 1 / RHO);
            double last = Math.pow(smallest, 1 / RHO);
            return Math.pow(first + position * (last - first), RHO);
        }
    },
    /** Equal steps of the logarithm. */
    EXPONENTIAL {
        @Override
        double at(double position, double largest, double smallest) {
            return largest * Math.pow(smallest / largest, position);
        }
    },
    /** Quantiles of a beta distribution (arXiv:2407.12173). */
    BETA {
        @Override
        double at(double position, double largest, double smallest) {
            return smallest + BETA_DISTRIBUTION.quantile(1 - position) * (largest - smallest);
        }
    };

    private static final double RHO = 7;
    private static final SymmetricBeta BETA_DISTRIBUTION = new SymmetricBeta(0.6);

    private static final Map<String, SigmaSpacing> FLAGS = new TreeMap<>(
            Map.of("use_karras_sigmas", KARRAS, "use_exponential_sigmas", EXPONENTIAL, "use_beta_sigmas", BETA));

    /** The spacing that a configuration asks for, if any. */
    static Optional<SigmaSpacing> of(JsonFile settings) {
        Optional<SigmaSpacing> asked = Optional.empty();
        for (Map.Entry<String, SigmaSpacing> flag : FLAGS.entrySet()) {
            if (settings.flag(flag.getKey(), false)) {
                if (asked.isPresent()) {
                    throw settings.fault(
                            flag.getKey(), "is true, expected at most one of " + String.join(", ", FLAGS.keySet()));
                }
                asked = Optional.of(flag.getValue());
            }
        }
        return asked;
    }

    /** As many sigmas, descending; a single one is the largest. */
    double[] sigmas(double largest, double smallest, int count) {
        double[] sigmas = new double[count];
        Arrays.setAll(sigmas, i -> at(i == 0 ? 0 : (double) i / (count - 1), largest, smallest));
        return sigmas;
    }

    /** The sigma at a position from 0 (the largest) to 1 (the smallest). */
    abstract double at(double position, double largest, double smallest);
}
