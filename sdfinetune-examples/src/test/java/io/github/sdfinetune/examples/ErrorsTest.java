package io.github.sdfinetune.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchIllegalArgumentException;

import io.github.sdfinetune.AdapterRegistry;
import io.github.sdfinetune.error.CancelledException;
import io.github.sdfinetune.error.DatasetException;
import io.github.sdfinetune.error.TrainingException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class ErrorsTest {
    private final StringWriter err = new StringWriter();

    @Test
    void failureOfTheWorkIsOneLineAndExitCodeOne() {
        assertThat(run(new TrainingException(412, "loss became NaN at step 412"), false))
                .isEqualTo(1);
        assertThat(err.toString().lines()).containsExactly("error: loss became NaN at step 412");
    }

    @Test
    void severalFaultsOfADatasetKeepTheirLines() {
        assertThat(run(new DatasetException(Path.of("photos"), List.of("a.jpg: broken", "b.jpg: broken")), false))
                .isEqualTo(1);
        assertThat(err.toString().lines())
                .containsExactly("error: photos: 2 faults:", "  a.jpg: broken", "  b.jpg: broken");
    }

    @Test
    void refusedArgumentIsAUsageError() {
        assertThat(run(new IllegalArgumentException("height must be a multiple of 8, was 500"), false))
                .isEqualTo(2);
        assertThat(err.toString().lines()).containsExactly("error: height must be a multiple of 8, was 500");
    }

    @Test
    void anUnknownAdapterIsAnsweredWithTheOptionsThatMakeOneKnown() {
        IllegalArgumentException unknown =
                catchIllegalArgumentException(() -> AdapterRegistry.empty().find("mug"));
        assertThat(run(unknown, false)).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly("error: no adapter is called \"mug\"; none is registered (prompts can name those of"
                        + " --lora NAME=FILE and --lora-folder DIR)");
    }

    @Test
    void cancellationHasItsOwnCode() {
        assertThat(run(new CancelledException(3, 100), false)).isEqualTo(130);
        assertThat(err.toString().lines()).containsExactly("cancelled after step 3 of 100, the output was not written");
    }

    @Test
    void unexpectedFaultNamesItsKind() {
        assertThat(run(new IllegalStateException("odd"), false)).isEqualTo(1);
        assertThat(err.toString().lines())
                .containsExactly("error: unexpected java.lang.IllegalStateException: odd (--verbose shows where)");
    }

    @Test
    void stackTraceIsShownWhenVerbose() {
        run(new TrainingException(1, "loss became NaN"), true);
        assertThat(err.toString()).startsWith("error: loss became NaN").contains("\tat " + ErrorsTest.class.getName());
    }

    private int run(RuntimeException exception, boolean verbose) {
        return new CommandLine(new Failing(exception))
                .setErr(new PrintWriter(err))
                .setExecutionExceptionHandler(new Errors(() -> verbose))
                .execute();
    }

    @Command
    private record Failing(RuntimeException exception) implements Runnable {
        @Override
        public void run() {
            throw exception;
        }
    }
}
