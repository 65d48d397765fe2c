package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

/** Runs commands in this process, one after the other, and keeps what they print. */
final class Commands {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    void assertRuns(Object... arguments) {
        assertThat(run(arguments)).as("%s: %s", Arrays.toString(arguments), err).isZero();
    }

    /** @return the exit code */
    int run(Object... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }
}
