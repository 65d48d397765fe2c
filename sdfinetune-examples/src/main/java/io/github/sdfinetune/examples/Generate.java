package io.github.sdfinetune.examples;

import io.github.sdfinetune.Cancellation;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.Metadata;
import io.github.sdfinetune.ModelInfo;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.RequestInputs;
import io.github.sdfinetune.SavedRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code generate}: generates pictures from a prompt. */
@Command(
        name = "generate",
        description = "Generates pictures from a prompt, or from a picture.",
        customSynopsis = "@|bold sdfinetune generate|@ --model=PATH --prompt=TEXT --output=FILE.png [OPTION...]")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class Generate implements Runnable {
    @Spec
    private CommandSpec command;

    @Mixin
    private ModelOptions model;

    @ArgGroup(validate = false, heading = "%nPrompts:%n")
    private PromptOptions prompts = new PromptOptions();

    @ArgGroup(validate = false, heading = "%nDenoising:%n")
    private SamplingOptions sampling = new SamplingOptions();

    @ArgGroup(validate = false, heading = "%nHow many pictures, and their seeds:%n")
    private BatchOptions batch = new BatchOptions();

    @ArgGroup(validate = false, heading = "%nSize:%n")
    private SizeOptions size = new SizeOptions();

    @ArgGroup(validate = false, heading = "%nAdapters:%n")
    private AdapterOptions adapters = new AdapterOptions();

    @ArgGroup(validate = false, heading = "%nA picture to start from:%n")
    private PictureOptions picture = new PictureOptions();

    @ArgGroup(validate = false, heading = "%nControlNets:%n")
    private ControlOptions control = new ControlOptions();

    @ArgGroup(validate = false, heading = "%nA second pass at a larger size:%n")
    private SecondPassOptions secondPass = new SecondPassOptions();

    @ArgGroup(validate = false, heading = "%nWhat Stable Diffusion XL is told about sizes (other models ignore it):%n")
    private ToldSizeOptions toldSizes = new ToldSizeOptions();

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE.png",
            description = "The picture to write; of several FILE-1.png, FILE-2.png and so on.")
    private Path output;

    @Option(
            names = "--from",
            paramLabel = "FILE.png",
            description =
                    "Repeat the request that a generated picture's file holds; other options override it. The files"
                            + " that it names (adapters, ControlNets, pictures, masks) are given by their options, and"
                            + " adapters and ControlNets act as saved, and of the picture becomes what was saved.")
    private Optional<Path> from = Optional.empty();

    @Option(names = "--grid", paramLabel = "FILE.png", description = "Also write all pictures side by side.")
    private Optional<Path> grid = Optional.empty();

    @Option(
            names = "--previews",
            paramLabel = "DIR",
            description = "Also write what the pictures are becoming, small, as PICTURE-STEP.png.")
    private Optional<Path> previews = Optional.empty();

    @Option(names = "--preview-every", paramLabel = "N", description = "After every so many steps. Default: 1.")
    private Optional<Integer> previewEvery = Optional.empty();

    @Option(names = "--no-metadata", description = "Do not write into the files what made the pictures.")
    private boolean noMetadata;

    @Option(names = "--overwrite", description = "Replace outputs that exist.")
    private boolean overwrite;

    @Override
    public void run() {
        check();
        LoadOptions options = model.toLoadOptions();
        Optional<SavedRequest> saved = from.map(SavedRequest::read);
        Generation start = newGeneration(); // refuses what is out of range before files are read
        if (saved.isEmpty()) {
            start = withPicture(start);
            outputs(batch.seeded(start).pictures());
        }
        AdapterOptions.Loaded loaded = adapters.load(
                prompts.words() + saved.map(SavedRequest::parameters).orElse(""));
        LoadOptions ofControlNets = model.ofControlNets();
        try (ControlOptions.Loaded controls = control.load(path -> ControlNet.load(path, ofControlNets));
                Progress progress = Progress.onStandardError()) {
            Generation asked =
                    saved.map(request -> repeated(request, loaded, controls)).orElse(start);
            Generation generation = seeded(controls.addTo(loaded.addTo(asked)));
            List<Integer> places = places(saved, generation);
            List<Path> files = outputs(places.size());
            saved.ifPresent(
                    request -> request.notes().forEach(note -> progress.say("note: " + from.get() + ": " + note)));
            Cancellation cancellation = CtrlC.cancellation(progress::say);
            try (Pipeline pipeline = Pipeline.load(model.path(), options)) {
                progress.say(ModelOptions.describe(pipeline.info()));
                saved.ifPresent(request -> Differences.of(request, options, pipeline)
                        .forEach(note -> progress.say("note: " + from.get() + ": " + note)));
                Generation whole = completed(generation, pipeline.info());
                List<GeneratedImage> pictures = pipeline.generateAll(whole, listener(progress), cancellation);
                save(places.stream().map(pictures::get).toList(), files);
            }
        }
    }

    private ProgressListener listener(Progress progress) {
        return previews.<ProgressListener>map(folder -> new PreviewFiles(Output.folder(folder), progress))
                .orElse(progress);
    }

    /** Refuses what means nothing together; before any file is read. */
    private void check() {
        if (!prompts.isGiven() && from.isEmpty() && !picture.isVariation()) {
            throw new ParameterException(
                    command.commandLine(),
                    "Missing required option: '--prompt=TEXT', unless --from or --variation is given");
        }
        if (previewEvery.isPresent() && previews.isEmpty()) {
            throw new OptionException("--preview-every", "needs --previews");
        }
        if (picture.isVariation() && from.isPresent()) {
            throw new OptionException(
                    "--variation", "can't be used together with --from, whose request has a prompt and guidance");
        }
        batch.check();
        size.check();
        picture.check();
        secondPass.check();
        toldSizes.check();
    }

    private Generation newGeneration() {
        Generation start = from.isPresent() ? prompts.withoutPrompts() : prompts.toGeneration();
        return settings(picture.isVariation() ? start.guidanceScale(1) : start);
    }

    private Generation repeated(SavedRequest request, AdapterOptions.Loaded loaded, ControlOptions.Loaded controls) {
        RequestInputs inputs = controls.addTo(picture.addTo(loaded.addTo(RequestInputs.none())));
        return withPicture(settings(prompts.addTo(request.toGeneration(inputs))));
    }

    private Generation withPicture(Generation generation) {
        Generation whole = picture.addTo(generation);
        secondPass.checkFor(whole);
        return whole;
    }

    private Generation settings(Generation generation) {
        return new Settings<>(batch.addTo(sampling.addTo(generation)))
                .set("--previews", previews, (g, folder) -> g.previewEvery(1))
                .set("--preview-every", previewEvery, Generation::previewEvery)
                .value();
    }

    /** Those of a saved request stay unless others are asked for. */
    private Generation seeded(Generation generation) {
        return othersAreAskedFor() || generation.seeds().isEmpty() ? batch.seeded(generation) : generation;
    }

    private boolean othersAreAskedFor() {
        return batch.isGiven() || prompts.isGiven();
    }

    /** Which of the generated pictures are written: all, or those that are repeated. */
    private List<Integer> places(Optional<SavedRequest> saved, Generation generation) {
        return saved.filter(request -> !othersAreAskedFor())
                .map(SavedRequest::pictures)
                .orElseGet(
                        () -> IntStream.range(0, generation.pictures()).boxed().toList());
    }

    /** With what depends on the model. */
    private Generation completed(Generation generation, ModelInfo info) {
        return secondPass.addTo(toldSizes.addTo(size.addTo(generation, info), info), info);
    }

    private List<Path> outputs(int pictures) {
        List<Path> files = Output.numbered(png("--output", output), pictures);
        files.forEach(file -> Output.checkFile(file, overwrite));
        grid.ifPresent(file -> checkGrid(file, files));
        previews.ifPresent(folder -> Output.checkFolder(folder, overwrite));
        return files;
    }

    private void checkGrid(Path file, List<Path> files) {
        Output.checkFile(png("--grid", file), overwrite);
        if (files.stream()
                .anyMatch(each -> each.toAbsolutePath()
                        .normalize()
                        .equals(file.toAbsolutePath().normalize()))) {
            throw new OptionException("--grid", "is the file of a picture too, expected another name, was " + file);
        }
    }

    private Path png(String option, Path file) {
        if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
            throw new OptionException(option, "the name must end in .png, was " + file);
        }
        return file;
    }

    private void save(List<GeneratedImage> pictures, List<Path> files) {
        Metadata metadata = noMetadata ? Metadata.NONE : Metadata.REQUEST;
        for (int i = 0; i < files.size(); i++) {
            GeneratedImage picture = pictures.get(i);
            picture.save(files.get(i), metadata);
            command.commandLine().getOut().println(files.get(i) + " written, seed " + picture.seed());
        }
        grid.ifPresent(file -> {
            GeneratedImage.grid(pictures).save(file, metadata);
            command.commandLine().getOut().println(file + " written");
        });
    }
}
