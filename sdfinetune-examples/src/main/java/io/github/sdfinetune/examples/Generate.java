package io.github.sdfinetune.examples;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.Cancellation;
import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.ModelInfo;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.Sampler;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code generate}: generates pictures from a prompt. */
@Command(name = "generate", description = "Generates pictures from a prompt.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class Generate implements Runnable {
    private static final Generation DEFAULTS = Generation.of("");
    private static final long RANDOM_SEEDS = 1L << 32;

    @Spec
    private CommandSpec command;

    @Mixin
    private ModelOptions model;

    @Option(names = "--prompt", required = true, paramLabel = "TEXT", description = "What to show.")
    private String prompt;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE.png",
            description = "The picture to write; with --count N, FILE-1.png to FILE-N.png.")
    private Path output;

    @Option(
            names = "--adapter",
            paramLabel = "FILE[:SCALE]",
            description = "A LoRA file and how strongly it acts, such as mug.safetensors:0.8. May be given several"
                    + " times. Default of the scale: 1.")
    private List<AdapterArgument> adapters = List.of();

    @Option(names = "--negative-prompt", paramLabel = "TEXT", description = "What not to show.")
    private String negativePrompt = "";

    @Option(names = "--steps", paramLabel = "N", description = "Steps of denoising. Default: ${DEFAULT-VALUE}.")
    private int steps = DEFAULTS.steps();

    @Option(
            names = "--guidance",
            paramLabel = "X",
            description = "How strongly the prompt acts; up to 1 the negative prompt has no effect. Default:"
                    + " ${DEFAULT-VALUE}.")
    private double guidance = DEFAULTS.guidanceScale();

    @Option(
            names = "--sampler",
            paramLabel = "NAME",
            description =
                    "Such as euler_a, \"DPM++ 2M Karras\" or unipc; a wrong name lists all. Default: the one in the"
                            + " model's folder.")
    private Optional<Sampler> sampler = Optional.empty();

    @Option(
            names = "--eta",
            paramLabel = "X",
            description = "Noise that ddim and tcd add at each step, 0 to 1. Default: ${DEFAULT-VALUE}.")
    private double eta = DEFAULTS.eta();

    @Option(
            names = "--clip-skip",
            paramLabel = "N",
            description = "Last layers of the text encoder to leave out. Default: ${DEFAULT-VALUE}.")
    private int clipSkip = DEFAULTS.clipSkips().get(0);

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The same seed gives the same picture. With --count the next pictures have the next seeds."
                    + " Default: a random one, which is printed.")
    private Optional<Long> seed = Optional.empty();

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "Pictures, denoised together. Default: ${DEFAULT-VALUE}.")
    private int count = DEFAULTS.count();

    @Option(names = "--width", paramLabel = "PIXELS", description = "A multiple of 8. Default: the model's own.")
    private Optional<Integer> width = Optional.empty();

    @Option(names = "--height", paramLabel = "PIXELS", description = "A multiple of 8. Default: the model's own.")
    private Optional<Integer> height = Optional.empty();

    @Option(names = "--overwrite", description = "Replace the output if it exists.")
    private boolean overwrite;

    @Override
    public void run() {
        Generation generation = generation();
        LoadOptions options = model.toLoadOptions();
        List<Path> files = outputs();
        for (AdapterArgument adapter : adapters) {
            generation = generation.with(Adapter.load(adapter.file()), adapter.scale());
        }
        try (Progress progress = Progress.onStandardError()) {
            Cancellation cancellation = CtrlC.cancellation(progress::say);
            try (Pipeline pipeline = Pipeline.load(model.folder, options)) {
                progress.say(ModelOptions.describe(pipeline.info()));
                save(pipeline.generateAll(sized(generation, pipeline.info()), progress, cancellation), files);
            }
        }
    }

    private Generation generation() {
        return new Settings<>(command, Generation.of(prompt).negativePrompt(negativePrompt))
                .set("--steps", g -> g.steps(steps))
                .set("--guidance", g -> g.guidanceScale(guidance))
                .set("--sampler", g -> sampler.map(g::sampler).orElse(g))
                .set("--eta", g -> g.eta(eta))
                .set("--clip-skip", g -> g.clipSkip(clipSkip))
                .set("--count", g -> g.count(count))
                .set("--width", g -> g.size(width.orElse(1), 1))
                .set("--height", g -> g.size(1, height.orElse(1)))
                .value()
                .seeds(seeds());
    }

    /** A seed for each picture, so that each can be generated again alone. */
    private long[] seeds() {
        long first = seed.orElseGet(() -> new SecureRandom().nextLong(RANDOM_SEEDS));
        return LongStream.range(0, count).map(i -> first + i).toArray();
    }

    /** Sizes that were not given are known only when the model is. */
    private Generation sized(Generation generation, ModelInfo model) {
        return generation.size(width.orElse(model.width()), height.orElse(model.height()));
    }

    private List<Path> outputs() {
        if (!output.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
            throw new ParameterException(command.commandLine(), "--output: the name must end in .png, was " + output);
        }
        List<Path> files = Output.numbered(output, count);
        files.forEach(file -> Output.checkFile(file, overwrite));
        return files;
    }

    private void save(List<GeneratedImage> pictures, List<Path> files) {
        for (int i = 0; i < files.size(); i++) {
            GeneratedImage picture = pictures.get(i);
            picture.save(files.get(i));
            command.commandLine().getOut().println(files.get(i) + " written, seed " + picture.seed());
        }
    }
}
