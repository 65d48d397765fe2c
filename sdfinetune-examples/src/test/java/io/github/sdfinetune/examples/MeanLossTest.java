package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.event.ProgressEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeanLossTest {
    private final MeanLoss loss = new MeanLoss();

    @Test
    void meansAreOverFiftySteps() {
        train(120);
        assertThat(loss.window()).isEqualTo(50);
        assertThat(loss.ofFirst()).isEqualTo(25.5);
        assertThat(loss.ofLast()).isEqualTo(95.5);
    }

    @Test
    void fewerStepsAreAllTaken() {
        train(3);
        assertThat(loss.window()).isEqualTo(3);
        assertThat(loss.ofLast()).isEqualTo(2);
    }

    @Test
    void allEventsArePassedOn() {
        List<ProgressEvent> heard = new ArrayList<>();
        ProgressEvent warning = new ProgressEvent.Warning("w");
        loss.then(heard::add).on(warning);
        assertThat(heard).containsExactly(warning);
    }

    private void train(int steps) {
        ProgressListener listener = loss.then(event -> {});
        for (int step = 1; step <= steps; step++) {
            listener.on(new ProgressEvent.TrainingStep(step, steps, step, 1, 1e-4));
        }
    }
}
