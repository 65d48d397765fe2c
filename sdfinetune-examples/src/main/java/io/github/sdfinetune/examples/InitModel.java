package io.github.sdfinetune.examples;

import io.github.sdfinetune.NewModel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code init-model}: writes a model folder with random weights. */
@Command(name = "init-model", description = "Writes a model folder with random weights, in diffusers' layout.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class InitModel implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Option(
            names = "--size",
            required = true,
            paramLabel = "NAME",
            description = "tiny (1.3 million parameters, 64x64 pixels) or sd15 (as Stable Diffusion 1.5, 4.3 GB).")
    private NewModel.Size size;

    @Option(names = "--output", required = true, paramLabel = "DIR", description = "The folder to write.")
    private Path output;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The same seed gives the same weights. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--tokenizer",
            paramLabel = "DIR",
            description = "Folder with vocab.json and merges.txt to copy; needed for sd15. Without it tiny gets a small"
                    + " vocabulary of its own.")
    private Optional<Path> tokenizer = Optional.empty();

    @Option(names = "--overwrite", description = "Replace the output if it is a model folder.")
    private boolean overwrite;

    @Override
    public Integer call() {
        NewModel model = new Settings<>(NewModel.tiny(seed))
                .set("--tokenizer", tiny -> new NewModel(size, seed, tokenizer))
                .value();
        ModelFolder.check(output, overwrite);
        try (Progress progress = Progress.onStandardError()) {
            return CtrlC.interruptible(progress::say, () -> {
                ModelFolder.write(folder -> model.write(folder, progress), output);
                command.commandLine().getOut().println(output + " written");
            });
        }
    }
}
