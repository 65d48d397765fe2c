package io.github.sdfinetune;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.event.ProgressEvent;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private long seconds;
    private final ConsoleProgress progress =
            new ConsoleProgress(new PrintStream(written, true, UTF_8), () -> seconds * 1_000_000_000);

    @Test
    void startAndEndAreLinesOfTheirOwn() {
        for (int step = 1; step <= 3; step++) {
            progress.on(training(step, 3));
        }
        assertThat(lines()).containsExactly("training step 1/3, loss 0.5000", "training step 3/3, loss 0.5000");
    }

    @Test
    void linesInBetweenComeEveryTenSecondsWithRateAndTimeLeft() {
        for (int step = 1; step <= 3601; step += 100, seconds += 5) {
            progress.on(training(step, 8001));
        }
        assertThat(lines())
                .hasSize(19)
                .startsWith(
                        "training step 1/8001, loss 0.5000",
                        "training step 201/8001, loss 0.5000, 20.0 per second, 0:06:30 left");
    }

    @Test
    void slowStepsAreGivenInSecondsEach() {
        progress.on(new ProgressEvent.DenoisingStep(1, 25));
        seconds = 12;
        progress.on(new ProgressEvent.DenoisingStep(2, 25));
        assertThat(lines().get(1)).isEqualTo("denoising step 2/25, 12.0 seconds each, 0:04:36 left");
    }

    @Test
    void eachActivityHasItsOwnClock() {
        progress.on(new ProgressEvent.Preparing("encoding pictures", 1, 1));
        seconds = 3;
        progress.on(new ProgressEvent.Preparing("encoding pictures", 1, 2));
        seconds = 5;
        progress.on(new ProgressEvent.Preparing("encoding pictures", 2, 2));
        assertThat(lines())
                .containsExactly(
                        "encoding pictures 1/1", "encoding pictures 1/2", "encoding pictures 2/2, 2.0 seconds each");
    }

    @Test
    void warningsAreNeverHeldBack() {
        progress.on(new ProgressEvent.Warning("one"));
        progress.on(new ProgressEvent.Warning("two"));
        assertThat(lines()).containsExactly("warning: one", "warning: two");
    }

    private static ProgressEvent training(int step, int steps) {
        return new ProgressEvent.TrainingStep(step, steps, 0.5, 1, 1e-4);
    }

    private List<String> lines() {
        return written.toString(UTF_8).lines().toList();
    }
}
