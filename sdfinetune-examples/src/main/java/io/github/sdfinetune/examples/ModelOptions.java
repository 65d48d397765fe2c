package io.github.sdfinetune.examples;

import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.ModelInfo;
import io.github.sdfinetune.Precision;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model is loaded and how: the options that training and generating share. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ModelOptions {
    @Mixin
    private ModelFiles files;

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

    Path path() {
        return files.model;
    }

    /** The options as a value; to be asked for before any work starts, because it may find a usage error. */
    LoadOptions toLoadOptions() {
        return new Settings<>(LoadOptions.defaults().precision(precision))
                .set("--variant", variant, LoadOptions::variant)
                .set("--threads", threads, LoadOptions::threads)
                .set("--config", files.config, LoadOptions::configs)
                .set("--tokenizer", files.tokenizer, LoadOptions::tokenizers)
                .set("--prediction", files.prediction, LoadOptions::prediction)
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
