package io.github.sdfinetune.examples;

import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.event.ProgressEvent;
import java.util.ArrayList;
import java.util.List;

/** Collects the losses of a training. One step's loss depends mostly on its timestep, so only means over several steps tell. */
final class MeanLoss {
    private static final int STEPS = 50;

    private final List<Double> losses = new ArrayList<>();

    /** Collects from the events on their way to another listener. */
    ProgressListener then(ProgressListener next) {
        return event -> {
            if (event instanceof ProgressEvent.TrainingStep step) {
                losses.add(step.loss());
            }
            next.on(event);
        };
    }

    /** How many steps a mean is taken over: 50, or all if there are fewer. */
    int window() {
        return Math.min(STEPS, losses.size());
    }

    double ofFirst() {
        return mean(losses.subList(0, window()));
    }

    double ofLast() {
        return mean(losses.subList(losses.size() - window(), losses.size()));
    }

    private static double mean(List<Double> losses) {
        return losses.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }
}
