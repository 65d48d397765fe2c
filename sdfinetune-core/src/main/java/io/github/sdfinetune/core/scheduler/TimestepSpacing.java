package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.Checks.require;

import io.github.sdfinetune.core.config.JsonFile;
import java.util.Arrays;
import java.util.Map;

/**
 * How a number of steps is spread over the timesteps of training (Table 2 of arXiv:2305.08891), with numpy's rounding.
 *
 * @param stepsOffset added to each timestep by {@link Rule#LEADING}
 */
record TimestepSpacing(Rule rule, int stepsOffset) {

    enum Rule {
        /** Multiples of a whole stride, beginning with 0. */
        LEADING,
        /** From first to last, both included; not whole numbers. */
        LINSPACE,
        /** Backwards from the last, the first left out. */
        TRAILING
    }

    private static final Map<String, Rule> WORDS =
            Map.of("leading", Rule.LEADING, "linspace", Rule.LINSPACE, "trailing", Rule.TRAILING);

    static TimestepSpacing of(JsonFile settings, Rule otherwise) {
        return new TimestepSpacing(
                settings.oneOf("timestep_spacing", WORDS, otherwise), settings.integer("steps_offset", 0));
    }

    /** The timesteps, descending. */
    double[] timesteps(int steps, int numTrainTimesteps) {
        require(
                steps <= numTrainTimesteps,
                "steps must be at most %d, the timesteps that the model was trained with, was %d",
                numTrainTimesteps,
                steps);
        double[] timesteps = new double[steps];
        switch (rule) {
            case LEADING -> {
                int stride = numTrainTimesteps / steps;
                Arrays.setAll(timesteps, i -> (steps - 1 - i) * stride + stepsOffset);
            }
            case LINSPACE -> {
                double stride = (double) (numTrainTimesteps - 1) / (steps - 1);
                Arrays.setAll(timesteps, i -> i == steps - 1 ? 0 : (steps - 1 - i) * stride);
            }
            case TRAILING -> {
                // numpy.arange counts in differences of its first two values, whose last bit decides about halves.
                double ratio = (double) numTrainTimesteps / steps;
                double stride = (numTrainTimesteps - ratio) - numTrainTimesteps;
                Arrays.setAll(timesteps, i -> Math.rint(numTrainTimesteps + i * stride) - 1);
            }
        }
        return timesteps;
    }
}
