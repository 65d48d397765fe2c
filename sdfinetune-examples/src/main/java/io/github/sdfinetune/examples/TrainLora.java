package io.github.sdfinetune.examples;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterFormat;
import io.github.sdfinetune.Cancellation;
import io.github.sdfinetune.Dataset;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.TrainerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code train-lora}: trains a LoRA on a folder of pictures with captions. */
@Command(name = "train-lora", description = "Trains a LoRA on a folder of pictures with captions.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class TrainLora implements Runnable {
    private static final TrainerConfig DEFAULTS = TrainerConfig.lora().build();

    @Spec
    private CommandSpec command;

    @Mixin
    private ModelOptions model;

    @Option(
            names = "--dataset",
            required = true,
            paramLabel = "DIR",
            description = "Folder with pictures; the caption of cat.jpg is the text of cat.txt or cat.caption.")
    private Path dataset;

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "The safetensors file to write.")
    private Path output;

    @Option(names = "--rank", paramLabel = "N", description = "Rank of the factors. Default: ${DEFAULT-VALUE}.")
    private int rank = DEFAULTS.rank();

    @Option(
            names = "--alpha",
            paramLabel = "X",
            description = "The change is scaled by alpha / rank. Default: the rank.")
    private Optional<Double> alpha = Optional.empty();

    @Option(
            names = "--dropout",
            paramLabel = "P",
            description = "Probability with which an input of the change is zeroed. Default: ${DEFAULT-VALUE}.")
    private double dropout = DEFAULTS.dropout();

    @Option(names = "--steps", paramLabel = "N", description = "Steps of training. Default: ${DEFAULT-VALUE}.")
    private int steps = DEFAULTS.steps();

    @Option(names = "--learning-rate", paramLabel = "X", description = "Constant. Default: ${DEFAULT-VALUE}.")
    private double learningRate = DEFAULTS.learningRate();

    @Option(names = "--batch-size", paramLabel = "N", description = "Pictures per step. Default: ${DEFAULT-VALUE}.")
    private int batchSize = DEFAULTS.batchSize();

    @Option(
            names = "--resolution",
            paramLabel = "PIXELS",
            description = "Side of the square to which pictures are resized and cropped. Default: the model's own.")
    private Optional<Integer> resolution = Optional.empty();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The same seed gives the same LoRA on the same machine. Default: ${DEFAULT-VALUE}.")
    private long seed = DEFAULTS.seed();

    @Option(
            names = "--instance-prompt",
            paramLabel = "TEXT",
            description = "Caption of pictures that have none. Without it a missing caption is an error.")
    private Optional<String> instancePrompt = Optional.empty();

    @Option(
            names = "--format",
            paramLabel = "NAME",
            description = "Layout of the file: diffusers, or kohya for AUTOMATIC1111 and ComfyUI. Default: diffusers.")
    private AdapterFormat format = AdapterFormat.DIFFUSERS;

    @Option(names = "--overwrite", description = "Replace the output if it exists.")
    private boolean overwrite;

    @Override
    public void run() {
        TrainerConfig config = config();
        LoadOptions options = model.toLoadOptions();
        Output.checkFile(output, overwrite);
        long start = System.nanoTime();
        MeanLoss loss = new MeanLoss();
        try (Progress progress = Progress.onStandardError()) {
            Cancellation cancellation = CtrlC.cancellation(progress::say);
            try (Pipeline pipeline = Pipeline.load(model.path(), options)) {
                progress.say(ModelOptions.describe(pipeline.info()));
                Adapter adapter = pipeline.train(Dataset.folder(dataset), config, loss.then(progress), cancellation);
                adapter.save(output, format);
            }
        }
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        command.commandLine().getOut().println(report(loss, time));
    }

    /** What the options say. */
    TrainerConfig config() {
        return new Settings<>(TrainerConfig.lora().seed(seed))
                .set("--output", c -> checked(c.name(name())))
                .set("--rank", c -> checked(c.rank(rank)))
                .set("--alpha", alpha, (c, x) -> checked(c.alpha(x)))
                .set("--dropout", c -> checked(c.dropout(dropout)))
                .set("--steps", c -> checked(c.steps(steps)))
                .set("--learning-rate", c -> checked(c.learningRate(learningRate)))
                .set("--batch-size", c -> checked(c.batchSize(batchSize)))
                .set("--resolution", resolution, (c, pixels) -> checked(c.resolution(pixels)))
                .set("--instance-prompt", instancePrompt, TrainerConfig.Builder::instancePrompt)
                .value()
                .build();
    }

    /** The output's without its ending, and without what files can be called on some systems only. */
    private String name() {
        return String.valueOf(output.getFileName())
                .replaceFirst("\\.safetensors$", "")
                .replaceAll("[\\x00-\\x1f\\\\:*?\"<>|]", "_");
    }

    /** A builder checks when it builds; building after each option tells which one was refused. */
    private static TrainerConfig.Builder checked(TrainerConfig.Builder config) {
        config.build();
        return config;
    }

    private String report(MeanLoss loss, Duration time) {
        return String.format(
                Locale.ROOT,
                "%s written: %d steps, final loss %.4f (mean of the last %d), %d:%02d:%02d",
                output,
                steps,
                loss.ofLast(),
                loss.window(),
                time.toHours(),
                time.toMinutesPart(),
                time.toSecondsPart());
    }
}
