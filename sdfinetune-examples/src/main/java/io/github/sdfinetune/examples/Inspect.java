package io.github.sdfinetune.examples;

import io.github.sdfinetune.Inspection;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inspect}: says what a file or folder is. */
@Command(
        name = "inspect",
        description = "Says what a file or folder is, and what is wrong with it; of a generated picture, what made it."
                + " Exits with 1 if there are problems.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class Inspect implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Parameters(
            paramLabel = "PATH",
            description = "A model, a part of one, an adapter, or a picture: a file or a folder, whatever its name.")
    private Path path;

    @Option(names = "--keys", description = "Also list all tensors with their types and shapes.")
    private boolean keys;

    @Override
    public Integer call() {
        Inspection inspection = Inspection.of(path);
        PrintWriter out = command.commandLine().getOut();
        inspection.lines().forEach(out::println);
        if (keys) {
            inspection.keyLines().forEach(out::println);
        }
        return inspection.problems().isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
