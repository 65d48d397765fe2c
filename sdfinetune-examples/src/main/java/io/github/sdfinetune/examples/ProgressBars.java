package io.github.sdfinetune.examples;

import io.github.sdfinetune.event.ProgressEvent;
import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A progress bar per activity, with rate, loss and time left. */
final class ProgressBars implements Progress {
    private static final int MILLIS_BETWEEN_UPDATES = 200;

    private final PrintStream out;

    private @Nullable ProgressBar bar;
    private @Nullable Line line;

    ProgressBars(PrintStream out) {
        this.out = out;
    }

    @Override
    public synchronized void on(ProgressEvent event) {
        if (event instanceof ProgressEvent.Warning warning) {
            say("warning: " + warning.message());
        } else if (event instanceof ProgressEvent.Preparing preparing) {
            show(preparing.activity(), preparing.done(), preparing.total(), "");
        } else if (event instanceof ProgressEvent.TrainingStep step) {
            show("training", step.step(), step.steps(), String.format(Locale.ROOT, " loss %.4f", step.loss()));
        } else if (event instanceof ProgressEvent.DenoisingStep step) {
            show("denoising", step.step(), step.steps(), "");
        }
    }

    @Override
    public synchronized void say(String text) {
        if (line == null) {
            out.println(text);
        } else {
            line.interrupt(text);
        }
    }

    @Override
    public synchronized void close() {
        if (bar != null && line != null) {
            bar.close();
            line.close(); // the bar's thread may be late to do it
        }
        bar = null;
        line = null;
    }

    private void show(String activity, int done, int total, String message) {
        if (bar == null || !bar.getTaskName().equals(activity) || bar.getMax() != total) {
            close();
            line = new Line(out);
            bar = ProgressBar.builder()
                    .setTaskName(activity)
                    .setInitialMax(total)
                    .startsFrom(done, Duration.ZERO) // the first event ends a step whose start was not seen
                    .setUpdateIntervalMillis(MILLIS_BETWEEN_UPDATES)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setConsumer(line)
                    .showSpeed(new DecimalFormat("0.00", DecimalFormatSymbols.getInstance(Locale.ROOT)))
                    .build();
        }
        bar.setExtraMessage(message).stepTo(done);
        if (done == total) {
            close();
        }
    }

    /** The line on which the bar is drawn, by a thread of its own; other text is written above it. */
    private static final class Line extends ConsoleProgressBarConsumer {
        private final PrintStream out;
        private String drawn = "";
        private boolean ended;

        Line(PrintStream out) {
            super(out);
            this.out = out;
        }

        @Override
        public synchronized void accept(String rendered) {
            if (!ended) {
                drawn = rendered;
                super.accept(rendered);
            }
        }

        @Override
        public synchronized void close() {
            if (!ended) {
                ended = true;
                super.close();
            }
        }

        synchronized void interrupt(String text) {
            out.print('\r' + " ".repeat(drawn.length()) + '\r');
            out.println(text);
            super.accept(drawn);
        }
    }
}
