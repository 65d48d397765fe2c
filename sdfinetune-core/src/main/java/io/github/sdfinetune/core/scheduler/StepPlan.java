package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.Checks.require;

import java.util.List;

/** Which steps a run takes: a number of them that the sampler spreads itself, or a list. */
public sealed interface StepPlan {

    /** A number of steps. */
    static StepPlan of(int steps) {
        return new Count(steps);
    }

    /** The number of steps, for samplers that take nothing else. */
    static int count(StepPlan plan, String sampler) {
        if (plan instanceof Count count) {
            return count.steps();
        }
        throw new IllegalArgumentException(sampler + " takes a number of steps, got " + plan);
    }

    /** A number of steps, at least 1. */
    record Count(int steps) implements StepPlan {
        public Count {
            require(steps >= 1, "steps must be at least 1, was %d", steps);
        }
    }

    /** Timesteps of training, descending, none below 0. */
    record Timesteps(List<Double> timesteps) implements StepPlan {
        public Timesteps {
            timesteps = List.copyOf(timesteps);
            require(!timesteps.isEmpty(), "at least one timestep is needed");
            requireDescending("timesteps", timesteps);
        }
    }

    /** Noise over signal: one sigma for the start of each step, and the one at the end. Descending, none below 0. */
    record Sigmas(List<Double> sigmas) implements StepPlan {
        public Sigmas {
            sigmas = List.copyOf(sigmas);
            require(sigmas.size() >= 2, "at least two sigmas are needed, got %s", sigmas);
            requireDescending("sigmas", sigmas);
        }
    }

    private static void requireDescending(String name, List<Double> values) {
        double before = Double.POSITIVE_INFINITY;
        for (double value : values) {
            require(value < before && value >= 0, "%s must be descending and not below 0, were %s", name, values);
            before = value;
        }
    }
}
