package io.github.sdfinetune.examples;

import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.event.ProgressEvent;
import java.io.IOException;

/** Shows progress on standard error: a bar on a terminal, plain lines otherwise. */
interface Progress extends ProgressListener, AutoCloseable {

    /** Prints a line without tearing a bar. */
    void say(String line);

    @Override
    void close();

    /** What suits standard error as it is. */
    static Progress onStandardError() {
        return isTerminal() ? new ProgressBars(System.err) : new Lines(ProgressListener.console());
    }

    /** The JDK does not tell, so the system is asked; where it has no such command (Windows), lines it is. */
    private static boolean isTerminal() {
        try {
            Process test = new ProcessBuilder("test", "-t", "2")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return test.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Plain lines. */
    record Lines(ProgressListener console) implements Progress {
        @Override
        public void on(ProgressEvent event) {
            console.on(event);
        }

        @Override
        public void say(String line) {
            System.err.println(line);
        }

        @Override
        public void close() {}
    }
}
