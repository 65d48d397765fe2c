package io.github.sdfinetune;

import io.github.sdfinetune.event.ProgressEvent;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Progress as plain lines with rate and time left, few enough to be read in a log. */
final class ConsoleProgress implements ProgressListener {
    private static final long NANOS_BETWEEN_LINES = 10_000_000_000L;

    private final PrintStream out;
    private final LongSupplier nanoTime;

    private String activity = "";
    private int firstDone;
    private long firstTime;
    private long lastLine;

    ConsoleProgress(PrintStream out, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized void on(ProgressEvent event) {
        if (event instanceof ProgressEvent.Warning warning) {
            out.println("warning: " + warning.message());
        } else if (event instanceof ProgressEvent.Preparing preparing) {
            progress(preparing.activity(), preparing.done(), preparing.total(), "");
        } else if (event instanceof ProgressEvent.TrainingStep step) {
            String loss = String.format(Locale.ROOT, ", loss %.4f", step.loss());
            progress("training step", step.step(), step.steps(), loss);
        } else if (event instanceof ProgressEvent.DenoisingStep step) {
            progress("denoising step", step.step(), step.steps(), "");
        }
    }

    private void progress(String activity, int done, int total, String detail) {
        long now = nanoTime.getAsLong();
        boolean starts = !activity.equals(this.activity);
        if (starts) {
            this.activity = activity;
            firstDone = done;
            firstTime = now;
        }
        boolean ends = done == total;
        if (starts || ends || now - lastLine >= NANOS_BETWEEN_LINES) {
            out.println(activity + " " + done + "/" + total + detail + rate(done, total, now));
            lastLine = now;
        }
        if (ends) {
            // The same activity may follow once more, with a clock of its own.
            this.activity = "";
        }
    }

    private String rate(int done, int total, long now) {
        double seconds = (now - firstTime) / 1e9;
        if (done == firstDone || seconds <= 0) {
            return "";
        }
        double secondsEach = seconds / (done - firstDone);
        String rate = secondsEach < 1
                ? String.format(Locale.ROOT, ", %.1f per second", 1 / secondsEach)
                : String.format(Locale.ROOT, ", %.1f seconds each", secondsEach);
        long left = Math.round(secondsEach * (total - done));
        return done == total
                ? rate
                : rate + String.format(Locale.ROOT, ", %d:%02d:%02d left", left / 3600, left / 60 % 60, left % 60);
    }
}
