package io.github.sdfinetune.examples;

import io.github.sdfinetune.ModelConversion;
import io.github.sdfinetune.ModelLayout;
import io.github.sdfinetune.Precision;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code convert}: writes a model in another layout or with other numbers. */
@Command(
        name = "convert",
        description = "Writes a model as one file or as a folder in diffusers' layout, or with other numbers.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class Convert implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private ModelFiles source;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "PATH",
            description =
                    "The file or folder to write. The ending of a file says its form: .safetensors, or .ckpt, .pt, .pth"
                            + " as torch writes them.")
    private Path output;

    @Option(
            names = "--format",
            paramLabel = "NAME",
            description =
                    "diffusers or single_file. Default: a file if the output's name ends in .safetensors, .ckpt, .pt"
                            + " or .pth.")
    private Optional<ModelLayout> format = Optional.empty();

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            description = "Round all weights to float32, float16 or bfloat16. Default: each tensor keeps its own type.")
    private Optional<Precision> dtype = Optional.empty();

    @Option(names = "--overwrite", description = "Replace the output if it is a file or a model folder.")
    private boolean overwrite;

    @Override
    public Integer call() {
        ModelLayout layout = format.orElseGet(() -> ModelLayout.ofTarget(output));
        ModelConversion conversion = new Settings<>(ModelConversion.of(source.model, layout))
                .set("--dtype", dtype, ModelConversion::withPrecision)
                .set("--prediction", source.prediction, ModelConversion::withPrediction)
                .set("--config", source.config, ModelConversion::withConfigs)
                .set("--tokenizer", source.tokenizer, ModelConversion::withTokenizer)
                .value();
        if (output.toAbsolutePath()
                .normalize()
                .equals(source.model.toAbsolutePath().normalize())) {
            throw new OptionException("--output", "is the model itself, expected another file or folder");
        }
        boolean isFile = layout == ModelLayout.SINGLE_FILE;
        if (isFile) {
            Output.checkFile(output, overwrite);
        } else {
            ModelFolder.check(output, overwrite);
        }
        try (Progress progress = Progress.onStandardError()) {
            return CtrlC.interruptible(progress::say, () -> {
                if (isFile) {
                    conversion.write(output, progress);
                } else {
                    ModelFolder.write(folder -> conversion.write(folder, progress), output);
                }
                command.commandLine()
                        .getOut()
                        .println(output + " written, " + (isFile ? "one file" : "a folder in diffusers' layout"));
            });
        }
    }
}
