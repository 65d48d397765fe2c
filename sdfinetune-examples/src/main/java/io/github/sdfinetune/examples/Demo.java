package io.github.sdfinetune.examples;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.Cancellation;
import io.github.sdfinetune.Dataset;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.TrainerConfig;
import io.github.sdfinetune.error.CancelledException;
import io.github.sdfinetune.error.OutputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demo}: the whole way with nothing at hand: makes a model and pictures, trains, and generates before and after. */
@Command(
        name = "demo",
        description =
                "Makes a tiny model and pictures, trains a LoRA on them, and generates a picture without and with it.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class Demo implements Callable<Integer> {
    private static final long SEED = 1;
    private static final TrainerConfig TRAINING = TrainerConfig.lora()
            .rank(8)
            .steps(150)
            .learningRate(2e-3)
            .batchSize(4)
            .seed(SEED)
            .build();

    /** Colour and shape were seen in training, but not together. */
    private static final Generation PICTURE =
            Generation.of(Stickers.caption("blue star")).seed(SEED).steps(20);

    @Spec
    private CommandSpec command;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "The folder for everything that is made. Default: ${DEFAULT-VALUE}.")
    private Path output = Path.of("demo");

    @Option(names = "--overwrite", description = "Replace what an earlier demo made in the folder.")
    private boolean overwrite;

    @Override
    public Integer call() {
        Output.checkFolder(output, overwrite);
        MeanLoss loss = new MeanLoss();
        try (Progress progress = Progress.onStandardError()) {
            Cancellation cancellation = CtrlC.cancellation(progress::say);
            prepare();
            try (Pipeline pipeline = Pipeline.load(model())) {
                progress.say(ModelOptions.describe(pipeline.info()));
                tune(pipeline, loss, progress, cancellation);
            }
        } catch (CancelledException e) {
            command.commandLine().getErr().println(e.getMessage() + ", what was finished is in " + output);
            return Main.CANCELLED;
        }
        report(loss);
        return ExitCode.OK;
    }

    private void prepare() {
        try {
            Files.createDirectories(output);
            ModelFolder.check(model(), overwrite);
            ModelFolder.write(NewModel.tiny(SEED)::write, model());
            Stickers.drawInto(pictures());
        } catch (IOException e) {
            throw new OutputException(output, "can't be written to: " + e, e);
        }
    }

    private void tune(Pipeline pipeline, MeanLoss loss, Progress progress, Cancellation cancellation) {
        pipeline.generateAll(PICTURE, progress, cancellation).get(0).save(before());
        Adapter adapter = pipeline.train(Dataset.folder(pictures()), TRAINING, loss.then(progress), cancellation);
        adapter.save(lora());
        pipeline.generateAll(PICTURE.with(adapter, 1), progress, cancellation)
                .get(0)
                .save(after());
    }

    private void report(MeanLoss loss) {
        PrintWriter out = command.commandLine().getOut();
        out.println(model() + ": a tiny model with random weights");
        out.println(pictures() + ": the pictures and captions to train on");
        out.println(String.format(
                Locale.ROOT,
                "%s: the LoRA after %d steps; loss %.4f -> %.4f (means of %d steps)",
                lora(),
                TRAINING.steps(),
                loss.ofFirst(),
                loss.ofLast(),
                loss.window()));
        out.println(before() + ": \"" + PICTURE.prompts().get(0) + "\", seed " + SEED + ", without the LoRA");
        out.println(after() + ": the same with it");
        out.println("The model knows nothing yet: the two pictures show that the LoRA acts, not what one can draw.");
    }

    private Path model() {
        return output.resolve("model");
    }

    private Path pictures() {
        return output.resolve("pictures");
    }

    private Path lora() {
        return output.resolve("lora.safetensors");
    }

    private Path before() {
        return output.resolve("before.png");
    }

    private Path after() {
        return output.resolve("after.png");
    }
}
