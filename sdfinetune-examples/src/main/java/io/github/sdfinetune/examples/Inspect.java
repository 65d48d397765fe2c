package io.github.sdfinetune.examples;

import io.github.sdfinetune.Inspection;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inspect}: says what a file or folder is. */
@Command(name = "inspect", description = "Says what a file or folder of weights is, from its headers.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class Inspect implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Parameters(
            paramLabel = "PATH",
            description = "A model, a part of one, or an adapter: a file (.safetensors, .ckpt, .pt) or a folder.")
    private Path path;

    @Override
    public Integer call() {
        Inspection.of(path).lines().forEach(command.commandLine().getOut()::println);
        return ExitCode.OK;
    }
}
