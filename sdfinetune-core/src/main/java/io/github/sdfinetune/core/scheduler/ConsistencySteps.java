package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.Checks.require;

import io.github.sdfinetune.core.config.JsonFile;
import java.util.Arrays;

/**
 * The timesteps of samplers for distilled models, which skip among those that the distillation visited.
 *
 * @param originalSteps how many timesteps the distillation visited
 */
record ConsistencySteps(int originalSteps) {
    static ConsistencySteps of(JsonFile settings, NoiseSchedule training) {
        int originalSteps = settings.integer("original_inference_steps", 50);
        if (originalSteps < 1 || originalSteps > training.numTrainTimesteps()) {
            throw settings.fault(
                    "original_inference_steps",
                    "is " + originalSteps + ", expected 1 to " + training.numTrainTimesteps());
        }
        return new ConsistencySteps(originalSteps);
    }

    int[] timesteps(int steps, int numTrainTimesteps) {
        require(
                steps <= originalSteps,
                "steps must be at most %d, the steps of the model's distillation (original_inference_steps), was %d",
                originalSteps,
                steps);
        int stride = numTrainTimesteps / originalSteps;
        double skipped = (double) originalSteps / steps;
        int[] timesteps = new int[steps];
        Arrays.setAll(timesteps, i -> (originalSteps - (int) (i * skipped)) * stride - 1);
        return timesteps;
    }
}
