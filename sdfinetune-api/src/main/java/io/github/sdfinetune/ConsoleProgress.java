package io.github.sdfinetune;

import io.github.sdfinetune.event.ProgressEvent;
import java.io.PrintStream;
import java.util.Locale;

/** Progress as plain lines, few enough to be read in a log. */
final class ConsoleProgress implements ProgressListener {
    private static final long NANOS_BETWEEN_LINES = 10_000_000_000L;

    private final PrintStream out;
    private long lastLine;
    private boolean started;

    ConsoleProgress(PrintStream out) {
        this.out = out;
    }

    @Override
    public synchronized void on(ProgressEvent event) {
        if (event instanceof ProgressEvent.Warning warning) {
            out.println("warning: " + warning.message());
        } else if (event instanceof ProgressEvent.Preparing preparing) {
            line(
                    preparing.done(),
                    preparing.total(),
                    String.format(Locale.ROOT, "%s %d/%d", preparing.activity(), preparing.done(), preparing.total()));
        } else if (event instanceof ProgressEvent.TrainingStep step) {
            line(
                    step.step(),
                    step.steps(),
                    String.format(Locale.ROOT, "step %d/%d, loss %.4f", step.step(), step.steps(), step.loss()));
        } else if (event instanceof ProgressEvent.DenoisingStep step) {
            line(step.step(), step.steps(), "denoising " + step.step() + "/" + step.steps());
        }
    }

    private void line(int done, int total, String text) {
        long now = System.nanoTime();
        if (!started || done == total || now - lastLine >= NANOS_BETWEEN_LINES) {
            out.println(text);
            lastLine = now;
            started = true;
        }
    }
}
