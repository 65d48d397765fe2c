package io.github.sdfinetune;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a sampler is before anything is chosen of it.
 *
 * @param name as AUTOMATIC1111 and others write it
 * @param schedulerClass the class of diffusers that samples so
 * @param settings what the name says beyond the class
 * @param otherNames by which it is known, too, such as its class where that has no other sampler
 * @param spreads the choices of sigmas that it has
 * @param spacings the choices of timesteps that it has
 */
record SamplerMethod(
        String name,
        String schedulerClass,
        Map<String, Object> settings,
        List<String> otherNames,
        List<Spread> spreads,
        List<Spacing> spacings) {

    /** How sigmas are spread between the largest and the smallest. */
    enum Spread {
        KARRAS("Karras", "use_karras_sigmas"),
        EXPONENTIAL("Exponential", "use_exponential_sigmas"),
        BETA("Beta", "use_beta_sigmas"),
        LAMBDA_UNIFORM("Lambda Uniform", "use_lu_lambdas");

        /** What it adds to the sampler's name. */
        final String label;

        /** The setting that asks for it. */
        final String flag;

        Spread(String label, String flag) {
            this.label = label;
            this.flag = flag;
        }
    }

    /** How steps are spaced over the timesteps of training. */
    enum Spacing {
        LEADING("Leading", "leading"),
        LINSPACE("Linspace", "linspace"),
        TRAILING("Trailing", "trailing");

        /** What it adds to the sampler's name. */
        final String label;

        /** Its word in a scheduler configuration. */
        final String word;

        Spacing(String label, String word) {
            this.label = label;
            this.word = word;
        }
    }

    private static final List<Spread> COMMON_SPREADS = List.of(Spread.KARRAS, Spread.EXPONENTIAL, Spread.BETA);
    private static final List<Spacing> ALL_SPACINGS = List.of(Spacing.values());

    /** Nothing to choose. */
    static SamplerMethod fixed(String name, String schedulerClass) {
        return new SamplerMethod(name, schedulerClass, Map.of(), List.of(schedulerClass), List.of(), List.of());
    }

    /** Its timesteps can be spaced, its sigmas follow them. */
    static SamplerMethod spaced(String name, String schedulerClass, String... otherNames) {
        List<String> others = names(schedulerClass, otherNames);
        return new SamplerMethod(name, schedulerClass, Map.of(), others, List.of(), ALL_SPACINGS);
    }

    /** Its sigmas can be spread, too. */
    static SamplerMethod spread(
            String name, String schedulerClass, Map<String, Object> settings, String... otherNames) {
        List<String> others = names(schedulerClass, otherNames);
        return new SamplerMethod(name, schedulerClass, settings, others, COMMON_SPREADS, ALL_SPACINGS);
    }

    private static List<String> names(String schedulerClass, String... otherNames) {
        return Stream.concat(Stream.of(schedulerClass), Stream.of(otherNames)).toList();
    }

    /** DPM-Solver++ over the last evaluations. */
    static SamplerMethod multistep(String name, String algorithmType, int order, String... otherNames) {
        return new SamplerMethod(
                name,
                "DPMSolverMultistepScheduler",
                Map.of("algorithm_type", algorithmType, "solver_order", order),
                List.of(otherNames),
                List.of(Spread.values()),
                ALL_SPACINGS);
    }

    /** DPM-Solver++ in blocks of steps; diffusers has no choice of timesteps for it. */
    static SamplerMethod singlestep(String name, String algorithmType, int order, String... otherNames) {
        return new SamplerMethod(
                name,
                "DPMSolverSinglestepScheduler",
                Map.of("algorithm_type", algorithmType, "solver_order", order),
                List.of(otherNames),
                COMMON_SPREADS,
                List.of());
    }
}
