package io.github.sdfinetune.examples;

import io.github.sdfinetune.Cancellation;
import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.Metadata;
import io.github.sdfinetune.ModelInfo;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.PromptSyntax;
import io.github.sdfinetune.RequestInputs;
import io.github.sdfinetune.Sampler;
import io.github.sdfinetune.SavedRequest;
import io.github.sdfinetune.StartingPicture;
import io.github.sdfinetune.core.image.PictureGrid;
import io.github.sdfinetune.core.image.PngWriter;
import io.github.sdfinetune.core.image.RgbImage;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code generate}: generates pictures from a prompt. */
@Command(name = "generate", description = "Generates pictures from a prompt, or from a picture.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class Generate implements Runnable {
    private static final long RANDOM_SEEDS = 1L << 32;

    @Spec
    private CommandSpec command;

    @Mixin
    private ModelOptions model;

    @Mixin
    private AdapterOptions adapters;

    @Mixin
    private PictureOptions picture;

    @Mixin
    private ControlOptions control;

    @Mixin
    private SecondPassOptions secondPass;

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            description = "What to show. Needed unless there is --from or --variation.")
    private Optional<String> prompt = Optional.empty();

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE.png",
            description = "The picture to write; with --count N, FILE-1.png to FILE-N.png.")
    private Path output;

    @Option(
            names = "--from",
            paramLabel = "FILE.png",
            description =
                    "Repeat the request that a generated picture's file holds; other options override it. The files"
                            + " that it names (adapters, pictures, masks) are given by their options.")
    private Optional<Path> from = Optional.empty();

    @Option(names = "--negative-prompt", paramLabel = "TEXT", description = "What not to show.")
    private Optional<String> negativePrompt = Optional.empty();

    @Option(
            names = "--second-prompt",
            paramLabel = "TEXT",
            description = "The text for the second text encoder of Stable Diffusion XL. Default: the prompt.")
    private Optional<String> secondPrompt = Optional.empty();

    @Option(
            names = "--prompt-syntax",
            paramLabel = "NAME",
            description = "a1111, with weights such as (word:1.3) and <lora:name:0.8>, or plain. Default: a1111.")
    private Optional<PromptSyntax> promptSyntax = Optional.empty();

    @Option(names = "--steps", paramLabel = "N", description = "Steps of denoising. Default: 25.")
    private Optional<Integer> steps = Optional.empty();

    @Option(
            names = "--guidance",
            paramLabel = "X",
            description = "How strongly the prompt acts; up to 1 the negative prompt has no effect. Default: 7.5.")
    private Optional<Double> guidance = Optional.empty();

    @Option(
            names = "--guidance-rescale",
            paramLabel = "X",
            description = "Against overexposure by guidance, 0 to 1. Default: 0.")
    private Optional<Double> guidanceRescale = Optional.empty();

    @Option(
            names = "--guidance-interval",
            paramLabel = "FROM,TO",
            split = ",",
            description = "The part of the steps in which there is guidance, such as 0.2,0.8. Default: 0,1.")
    private List<Double> guidanceInterval = List.of();

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
            description = "Noise that ddim and tcd add at each step, 0 to 1. Default: 0.")
    private Optional<Double> eta = Optional.empty();

    @Option(
            names = "--clip-skip",
            paramLabel = "N",
            description = "Last layers of the text encoder to leave out. Default: 0.")
    private Optional<Integer> clipSkip = Optional.empty();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The same seed gives the same picture. With --count the next pictures have the next seeds."
                    + " Default: a random one, which is printed.")
    private Optional<Long> seed = Optional.empty();

    @Option(names = "--count", paramLabel = "N", description = "Pictures, denoised together. Default: 1.")
    private Optional<Integer> count = Optional.empty();

    @Option(
            names = "--width",
            paramLabel = "PIXELS",
            description = "A multiple of 8. Default: that of --image, else the model's own.")
    private Optional<Integer> width = Optional.empty();

    @Option(
            names = "--height",
            paramLabel = "PIXELS",
            description = "A multiple of 8. Default: that of --image, else the model's own.")
    private Optional<Integer> height = Optional.empty();

    @Option(
            names = "--tiled-vae",
            description = "Encode and decode pictures tile by tile, which needs less memory. Default: large ones only.")
    private boolean tiledVae;

    @Option(names = "--grid", paramLabel = "FILE.png", description = "Also write all pictures side by side.")
    private Optional<Path> grid = Optional.empty();

    @Option(
            names = "--previews",
            paramLabel = "DIR",
            description = "Also write what the pictures are becoming after each step, small.")
    private Optional<Path> previews = Optional.empty();

    @Option(names = "--no-metadata", description = "Do not write into the files what made the pictures.")
    private boolean noMetadata;

    @Option(names = "--overwrite", description = "Replace outputs that exist.")
    private boolean overwrite;

    @Override
    public void run() {
        picture.check();
        control.check();
        secondPass.check(from.isPresent());
        LoadOptions options = model.toLoadOptions();
        Optional<SavedRequest> saved = from.map(SavedRequest::read);
        Generation start = newGeneration(); // refuses what is out of range before files are read
        if (saved.isEmpty()) {
            outputs(start.pictures());
        }
        AdapterOptions.Loaded loras = adapters.load(
                prompt.orElse("") + saved.map(SavedRequest::parameters).orElse(""));
        try (ControlOptions.Loaded controls = control.load(model.ofControlNets());
                Progress progress = Progress.onStandardError()) {
            Generation asked =
                    saved.map(request -> repeated(request, loras, controls)).orElse(start);
            Generation generation = seeded(controls.addTo(loras.addTo(picture.addTo(asked))));
            List<Integer> places = places(saved, generation);
            List<Path> files = outputs(places.size());
            saved.ifPresent(
                    request -> request.notes().forEach(note -> progress.say("note: " + from.get() + ": " + note)));
            Cancellation cancellation = CtrlC.cancellation(progress::say);
            try (Pipeline pipeline = Pipeline.load(model.folder, options)) {
                progress.say(ModelOptions.describe(pipeline.info()));
                Generation whole = sized(generation, pipeline.info());
                List<GeneratedImage> pictures = pipeline.generateAll(whole, listener(progress), cancellation);
                save(places.stream().map(pictures::get).toList(), files);
            }
        }
    }

    private ProgressListener listener(Progress progress) {
        return previews.<ProgressListener>map(folder -> new PreviewFiles(Output.folder(folder), progress))
                .orElse(progress);
    }

    private Generation newGeneration() {
        return settings(new Settings<>(command, Generation.of(promptOfItsOwn()).promptSyntax(PromptSyntax.A1111)));
    }

    private Generation repeated(SavedRequest request, AdapterOptions.Loaded loras, ControlOptions.Loaded controls) {
        RequestInputs inputs = controls.addTo(picture.addTo(RequestInputs.none().with(loras.registry())));
        return settings(new Settings<>(command, request.toGeneration(inputs))
                .set("--prompt", g -> prompt.map(g::prompts).orElse(g)));
    }

    private String promptOfItsOwn() {
        if (prompt.isEmpty() && from.isEmpty() && !picture.isVariation()) {
            throw new ParameterException(
                    command.commandLine(),
                    "Missing required option: '--prompt=TEXT', unless --from or --variation is given");
        }
        return prompt.orElse("");
    }

    private Generation settings(Settings<Generation> settings) {
        return settings.set(
                        "--negative-prompt",
                        g -> negativePrompt.map(g::negativePrompt).orElse(g))
                .set("--second-prompt", g -> secondPrompt.map(g::secondPrompt).orElse(g))
                .set("--prompt-syntax", g -> promptSyntax.map(g::promptSyntax).orElse(g))
                .set("--steps", g -> steps.map(g::steps).orElse(g))
                .set("--guidance", g -> guidance.map(g::guidanceScale).orElse(g))
                .set(
                        "--guidance-rescale",
                        g -> guidanceRescale.map(g::guidanceRescale).orElse(g))
                .set("--guidance-interval", this::guidanceInterval)
                .set("--sampler", g -> sampler.map(g::sampler).orElse(g))
                .set("--eta", g -> eta.map(g::eta).orElse(g))
                .set("--clip-skip", g -> clipSkip.map(g::clipSkip).orElse(g))
                .set("--count", g -> count.map(g::count).orElse(g))
                .set(
                        "--width",
                        g -> width.map(w -> g.size(w, g.height().orElse(1))).orElse(g))
                .set(
                        "--height",
                        g -> height.map(h -> g.size(g.width().orElse(1), h)).orElse(g))
                .set("--tiled-vae", g -> tiledVae ? g.tiledVae(true) : g)
                .set("--previews", g -> previews.isPresent() ? g.previewEvery(1) : g)
                .value();
    }

    private Generation guidanceInterval(Generation generation) {
        if (guidanceInterval.isEmpty()) {
            return generation;
        }
        if (guidanceInterval.size() != 2) {
            throw new IllegalArgumentException("expected two numbers FROM,TO such as 0.2,0.8");
        }
        return generation.guidanceInterval(guidanceInterval.get(0), guidanceInterval.get(1));
    }

    /** With a seed for each picture, so that each can be generated again alone; those of a saved request unless others are asked for. */
    private Generation seeded(Generation generation) {
        if (seed.isEmpty()
                && count.isEmpty()
                && prompt.isEmpty()
                && !generation.seeds().isEmpty()) {
            return generation;
        }
        long first = seed.orElseGet(() ->
                generation.seeds().stream().findFirst().orElseGet(() -> new SecureRandom().nextLong(RANDOM_SEEDS)));
        return generation.seeds(
                LongStream.range(0, generation.pictures()).map(i -> first + i).toArray());
    }

    /** Which of the generated pictures are written: all, or the one that is repeated. */
    private List<Integer> places(Optional<SavedRequest> saved, Generation generation) {
        boolean changed = seed.isPresent() || count.isPresent() || prompt.isPresent();
        return saved.filter(request -> !changed)
                .map(request -> List.of(request.picture()))
                .orElseGet(
                        () -> IntStream.range(0, generation.pictures()).boxed().toList());
    }

    /** Of a size of which one side was given, the other is known only when the model is. */
    private Generation sized(Generation generation, ModelInfo info) {
        boolean oneSide = from.isEmpty() && width.isPresent() != height.isPresent();
        Optional<Picture> start = generation.startingPicture().map(StartingPicture::picture);
        int otherWidth = start.map(Picture::width).orElse(info.width());
        int otherHeight = start.map(Picture::height).orElse(info.height());
        return secondPass.addTo(
                oneSide ? generation.size(width.orElse(otherWidth), height.orElse(otherHeight)) : generation, info);
    }

    private List<Path> outputs(int pictures) {
        List<Path> files = Output.numbered(png("--output", output), pictures);
        files.forEach(file -> Output.checkFile(file, overwrite));
        grid.ifPresent(file -> Output.checkFile(png("--grid", file), overwrite));
        previews.ifPresent(folder -> Output.checkFolder(folder, overwrite));
        return files;
    }

    private Path png(String option, Path file) {
        if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
            throw new ParameterException(command.commandLine(), option + ": the name must end in .png, was " + file);
        }
        return file;
    }

    private void save(List<GeneratedImage> pictures, List<Path> files) {
        for (int i = 0; i < files.size(); i++) {
            GeneratedImage picture = pictures.get(i);
            picture.save(files.get(i), noMetadata ? Metadata.NONE : Metadata.REQUEST);
            command.commandLine().getOut().println(files.get(i) + " written, seed " + picture.seed());
        }
        grid.ifPresent(file -> {
            List<RgbImage> cells = pictures.stream()
                    .map(GeneratedImage::picture)
                    .map(RgbImage::of)
                    .toList();
            PngWriter.write(file, PictureGrid.of(cells).toPicture(), Map.of());
            command.commandLine().getOut().println(file + " written");
        });
    }
}
