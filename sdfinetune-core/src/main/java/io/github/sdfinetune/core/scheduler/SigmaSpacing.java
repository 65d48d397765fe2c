package io.github.sdfinetune.core.scheduler;

import java.util.Arrays;

/** How sigmas are spread between the largest and the smallest, if not by the timesteps. */
enum SigmaSpacing {
    /** Equal steps of sigma^(1/7), equation 5 of Karras et al. 2022 (arXiv:2206.00364). */
    KARRAS("Karras", "use_karras_sigmas") {
        @Override
        double at(double position, double largest, double smallest) {
            double first = Math.pow(largest, 1 / RHO);
            double last = Math.pow(smallest, 1 / RHO);
            return Math.pow(first + position * (last - first), RHO);
        }
    },
    /** Equal steps of the logarithm. */
    EXPONENTIAL("Exponential", "use_exponential_sigmas") {
        @Override
        double at(double position, double largest, double smallest) {
            return largest * Math.pow(smallest / largest, position);
        }
    },
    /** Equal steps of the logarithm again, under the name that DPM-Solver gives them (arXiv:2206.00927). */
    LAMBDA_UNIFORM("Lambda Uniform", "use_lu_lambdas") {
        @Override
        double at(double position, double largest, double smallest) {
            return EXPONENTIAL.at(position, largest, smallest);
        }
    },
    /** Quantiles of a beta distribution (arXiv:2407.12173). */
    BETA("Beta", "use_beta_sigmas") {
        @Override
        double at(double position, double largest, double smallest) {
            return smallest + BETA_DISTRIBUTION.quantile(1 - position) * (largest - smallest);
        }
    };

    private static final double RHO = 7;
    private static final SymmetricBeta BETA_DISTRIBUTION = new SymmetricBeta(0.6);

    private final String label;
    private final String flag;

    SigmaSpacing(String label, String flag) {
        this.label = label;
        this.flag = flag;
    }

    /** What the name of a sampler with these sigmas ends in. */
    String label() {
        return label;
    }

    /** The setting that asks for it. */
    String flag() {
        return flag;
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
