package io.github.sdfinetune.examples;

import io.github.sdfinetune.Inspection;
import io.github.sdfinetune.SavedRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inspect}: says what a file or folder is. */
@Command(
        name = "inspect",
        description = "Says what a file or folder of weights is, from its headers, or what made a picture.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class Inspect implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Parameters(
            paramLabel = "PATH",
            description = "A model, a part of one, or an adapter: a file (.safetensors, .ckpt, .pt) or a folder; or a"
                    + " generated picture (.png).")
    private Path path;

    @Override
    public Integer call() {
        boolean picture = path.toString().toLowerCase(Locale.ROOT).endsWith(".png") && Files.isRegularFile(path);
        List<String> lines = picture ? ofPicture() : Inspection.of(path).lines();
        lines.forEach(command.commandLine().getOut()::println);
        return ExitCode.OK;
    }

    private List<String> ofPicture() {
        SavedRequest request = SavedRequest.read(path);
        return Stream.concat(
                        request.parameters().lines(), request.notes().stream().map(note -> "note: " + note))
                .toList();
    }
}
