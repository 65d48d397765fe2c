package io.github.sdfinetune.examples;

import io.github.sdfinetune.Cancellation;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jline.utils.Signals;

/** Turns Ctrl-C into an orderly end: the first one asks the work to end after its step, the second one ends the process. */
final class CtrlC {
    private CtrlC() {}

    /** A cancellation that Ctrl-C triggers from now on. */
    static Cancellation cancellation(Consumer<String> notice) {
        Cancellation cancellation = new Cancellation();
        onFirst(cancellation::cancel, "ending after this step", notice);
        return cancellation;
    }

    /** From now on Ctrl-C interrupts the calling thread. */
    static void interruptsThisThread(Consumer<String> notice) {
        onFirst(Thread.currentThread()::interrupt, "ending", notice);
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
