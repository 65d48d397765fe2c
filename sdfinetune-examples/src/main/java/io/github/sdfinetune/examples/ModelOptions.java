package io.github.sdfinetune.examples;

import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.ModelInfo;
import io.github.sdfinetune.Precision;
import io.github.sdfinetune.Prediction;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which model is loaded and how: the options that training and generating share. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ModelOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "PATH",
            description = "A Stable Diffusion model: a folder in diffusers' layout, or one file (.safetensors, .ckpt).")
    Path folder;

    @Option(
            names = "--precision",
            paramLabel = "TYPE",
            description = "How the model's weights are held: float32, bfloat16 or float16. Default: float32.")
    private Precision precision = LoadOptions.defaults().precision();

    @Option(
            names = "--variant",
            paramLabel = "NAME",
            description = "Read the weight files of a variant, such as fp16. Default: the plain files, or the only"
                    + " variant there is.")
    private Optional<String> variant = Optional.empty();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads that one operation may use. Default: one per core.")
    private Optional<Integer> threads = Optional.empty();

    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = "cpu, cuda or cuda:N (cuda is not verified). Default: ${DEFAULT-VALUE}.")
    private String device = LoadOptions.defaults().device();

    @Option(
            names = "--config",
            paramLabel = "DIR",
            description = "For one file: a folder in diffusers' layout to take configurations and tokenizers from.")
    private Optional<Path> config = Optional.empty();

    @Option(
            names = "--tokenizer",
            paramLabel = "DIR",
            description = "For one file, which holds no tokenizer: the folder of one, or one that holds tokenizer and"
                    + " tokenizer_2.")
    private Optional<Path> tokenizer = Optional.empty();

    @Option(
            names = "--prediction",
            paramLabel = "NAME",
            description = "What the model was trained to predict, where its files don't tell or tell it wrong: epsilon,"
                    + " v_prediction or sample. Default: as the files say.")
    private Optional<String> prediction = Optional.empty();

    /** The options as a value; to be asked for before any work starts, because it may find a usage error. */
    LoadOptions toLoadOptions() {
        return new Settings<>(command, LoadOptions.defaults().precision(precision))
                .set("--variant", o -> variant.map(o::variant).orElse(o))
                .set("--threads", o -> threads.map(o::threads).orElse(o))
                .set("--config", o -> config.map(o::configs).orElse(o))
                .set("--tokenizer", o -> tokenizer.map(o::tokenizers).orElse(o))
                .set(
                        "--prediction",
                        o -> prediction.map(Prediction::of).map(o::prediction).orElse(o))
                .set("--device", o -> o.device(device))
                .value();
    }

    /** How a network beside the model is loaded. */
    LoadOptions ofControlNets() {
        LoadOptions options = LoadOptions.defaults().precision(precision).device(device);
        return threads.map(options::threads).orElse(options);
    }

    /** What was loaded, for people: one line, and one for each thing that may surprise. */
    static String describe(ModelInfo model) {
        String line = String.format(
                Locale.ROOT,
                "model: %s, predicts %s, %.1f million parameters, %s",
                model.family(),
                model.prediction().word(),
                model.parameters() / 1e6,
                model.precision().name().toLowerCase(Locale.ROOT));
        return Stream.concat(Stream.of(line), model.notes().stream().map(note -> "note: " + note))
                .collect(Collectors.joining(System.lineSeparator()));
    }
}
