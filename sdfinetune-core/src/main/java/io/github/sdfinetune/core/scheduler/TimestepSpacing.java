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
        int numTrainTimesteps = settings.integer("num_train_timesteps", 1000);
        int stepsOffset = settings.integer("steps_offset", 0);
        if (stepsOffset < 0 || stepsOffset >= numTrainTimesteps) {
            throw settings.fault("steps_offset", "is " + stepsOffset + ", expected 0 to " + (numTrainTimesteps - 1));
        }
        return new TimestepSpacing(settings.oneOf("timestep_spacing", WORDS, otherwise), stepsOffset);
    }

    /** The timesteps, descending. */
    double[] timesteps(int steps, int numTrainTimesteps) {
        requireAtMost(numTrainTimesteps, "the timesteps that the model was trained with", steps);
        return spread(steps, numTrainTimesteps, numTrainTimesteps);
    }

    /**
     * Whole timesteps, descending.
     *
     * @throws IllegalArgumentException if there are not as many or the offset leads beyond them
     */
    int[] wholeTimesteps(int steps, int numTrainTimesteps) {
        requireAtMost(numTrainTimesteps, "the timesteps that the model was trained with", steps);
        return whole(steps, 0, numTrainTimesteps, numTrainTimesteps);
    }

    /**
     * Whole timesteps, descending, for samplers that spread the end of a run, timestep 0, with the others and then leave it out.
     *
     * @param visible how many timesteps of training, from the first, the run may visit
     * @throws IllegalArgumentException if there are not as many or the offset leads beyond them
     */
    int[] wholeTimestepsBeforeEnd(int steps, int numTrainTimesteps, int visible) {
        int ends = rule == Rule.TRAILING ? 0 : 1;
        requireAtMost(visible - ends, "the timesteps of training that this sampler can visit", steps);
        return whole(steps, ends, numTrainTimesteps, visible);
    }

    private static void requireAtMost(int most, String whatTheyAre, int steps) {
        require(steps <= most, "steps must be at most %d, %s, was %d", most, whatTheyAre, steps);
    }

    private int[] whole(int steps, int leftOut, int numTrainTimesteps, int visible) {
        int fitting = steps;
        while (fitting > 0 && largest(fitting + leftOut, visible) >= numTrainTimesteps) {
            fitting--;
        }
        require(
                fitting == steps,
                "%d steps with steps_offset %d lead to timestep %d, beyond the 0 to %d of the model's training; %d steps"
                        + " stay within",
                steps,
                stepsOffset,
                largest(steps + leftOut, visible),
                numTrainTimesteps - 1,
                fitting);
        return Arrays.stream(spread(steps + leftOut, numTrainTimesteps, visible))
                .limit(steps)
                .mapToInt(timestep -> (int) Math.rint(timestep))
                .toArray();
    }

    private int largest(int steps, int visible) {
        return rule == Rule.LEADING ? (steps - 1) * (visible / steps) + stepsOffset : visible - 1;
    }

    private double[] spread(int steps, int numTrainTimesteps, int visible) {
        double[] timesteps = new double[steps];
        switch (rule) {
            case LEADING -> {
                int stride = visible / steps;
                Arrays.setAll(timesteps, i -> (steps - 1 - i) * stride + stepsOffset);
            }
            case LINSPACE -> {
                double stride = (double) (visible - 1) / (steps - 1);
                Arrays.setAll(timesteps, i -> i == steps - 1 ? 0 : (steps - 1 - i) * stride);
            }
            case TRAILING -> {
                // numpy.arange counts in differences of its first two values, whose last bit decides about halves.
                double ratio = (double) numTrainTimesteps / steps;
                double stride = (visible - ratio) - visible;
                timesteps = new double[Math.min(steps, (int) Math.ceil(visible / ratio))];
                Arrays.setAll(timesteps, i -> Math.rint(visible + i * stride) - 1);
            }
        }
        return timesteps;
    }
}
