package io.github.sdfinetune.examples;

import io.github.sdfinetune.Cancellation;
import io.github.sdfinetune.error.CancelledException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jline.utils.Signals;
import picocli.CommandLine.ExitCode;

/** Turns Ctrl-C into an orderly end: the first one asks the work to end after its step, the second one ends the process. */
final class CtrlC {
    private CtrlC() {}

    /** A cancellation that Ctrl-C triggers from now on. */
    static Cancellation cancellation(Consumer<String> notice) {
        Cancellation cancellation = new Cancellation();
        onFirst(cancellation::cancel, "ending after this step", notice);
        return cancellation;
    }

    /** Does work that Ctrl-C interrupts, and gives the exit code. */
    static int interruptible(Consumer<String> notice, Runnable work) {
        onFirst(Thread.currentThread()::interrupt, "ending", notice);
        try {
            work.run();
            return ExitCode.OK;
        } catch (CancelledException e) {
            notice.accept("cancelled, the output was not written");
            return Main.CANCELLED;
        }
    }

    private static void onFirst(Runnable action, String what, Consumer<String> notice) {
        AtomicBoolean pressed = new AtomicBoolean();
        Signals.register("INT", () -> {
            if (pressed.getAndSet(true)) {
                Runtime.getRuntime().halt(Main.CANCELLED);
            }
            action.run();
            notice.accept(what + " (Ctrl-C again ends at once)");
        });
    }
}
