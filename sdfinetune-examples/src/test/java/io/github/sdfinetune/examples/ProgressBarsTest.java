package io.github.sdfinetune.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.event.ProgressEvent;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class ProgressBarsTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final ProgressBars bars = new ProgressBars(new PrintStream(written, true, UTF_8));

    @Test
    void eachActivityEndsWithAFullBar() {
        bars.on(new ProgressEvent.Preparing("encoding pictures", 1, 2));
        bars.on(new ProgressEvent.Preparing("encoding pictures", 2, 2));
        bars.on(training(1));
        bars.on(training(3));
        bars.close();
        assertThat(written.toString(UTF_8))
                .containsPattern("encoding pictures 100% .* 2/2 ")
                .containsPattern("training 100% .* 3/3 .* loss 0.2500");
    }

    @Test
    void warningStandsOnALineOfItsOwn() {
        bars.on(training(1));
        bars.on(new ProgressEvent.Warning("prompt was cut"));
        bars.on(training(3));
        assertThat(written.toString(UTF_8)).containsPattern("[\\r\\n]warning: prompt was cut\\R");
    }

    @Test
    void closingInTheMiddleEndsTheLine() {
        bars.on(training(1));
        bars.close();
        bars.say("next");
        assertThat(written.toString(UTF_8)).endsWith(String.format("%nnext%n"));
    }

    private static ProgressEvent training(int step) {
        return new ProgressEvent.TrainingStep(step, 3, 0.25, 1, 1e-4);
    }
}
