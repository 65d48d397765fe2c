package io.github.sdfinetune.core.inspect;

import io.github.sdfinetune.Inspection;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.core.checkpoint.DiffusersFolder;
import io.github.sdfinetune.core.checkpoint.Family;
import io.github.sdfinetune.core.checkpoint.FileKind;
import io.github.sdfinetune.core.checkpoint.ModelSource;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.ModelIndex;
import io.github.sdfinetune.core.config.UNetConfig;
import io.github.sdfinetune.core.model.DiffusionModel;
import io.github.sdfinetune.core.model.ModelFit;
import io.github.sdfinetune.core.model.TextEncoder;
import io.github.sdfinetune.core.text.ClipTextModel;
import io.github.sdfinetune.core.text.ClipTokenizer;
import io.github.sdfinetune.core.vae.Autoencoder;
import io.github.sdfinetune.core.weights.WeightFiles;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tells what the folder of a model is, and what keeps it from being loaded. */
final class FolderInspection {
    static final String MODEL = "a model, which can be loaded";
    static final String FAULTY_MODEL = "a model, which can't be loaded before its problems are solved";

    private static final String FORMAT = "folder in diffusers' layout";
    private static final Set<String> KNOWN =
            Set.of("unet", "vae", "text_encoder", "text_encoder_2", "scheduler", "tokenizer", "tokenizer_2");

    private final Path folder;
    private final Findings findings;
    private final ModelNetworks networks;
    private final SchedulerNotes scheduler;

    FolderInspection(Path folder) {
        this.folder = folder;
        findings = new Findings(folder);
        networks = new ModelNetworks(findings);
        scheduler = new SchedulerNotes(findings);
    }

    Inspection inspection() {
        Optional<JsonFile> index = findings.attempt(() -> JsonFile.read(folder.resolve(DiffusersFolder.INDEX)));
        Optional<ModelIndex> parsed = index.flatMap(json -> findings.attempt(() -> ModelIndex.from(json)));
        if (index.isPresent() && parsed.isEmpty() && !isThere("unet", index)) {
            return findings.inspection(pipeline(index.get()), FORMAT, FileKind.Role.OTHER_MODEL.use());
        }
        index.ifPresent(this::noteNames);
        ModelNetworks.NAMES.stream().filter(name -> isThere(name, index)).forEach(this::addNetwork);
        if (isThere("scheduler", index)) {
            scheduler.read(folder.resolve("scheduler"));
        }
        checkTexts(parsed);
        return findings.inspection(kind(index), FORMAT, findings.hasProblems() ? FAULTY_MODEL : MODEL);
    }

    /** Without a readable index the folders tell what there is. */
    private boolean isThere(String component, Optional<JsonFile> index) {
        return index.isPresent()
                ? index.get().isListOfStrings(component)
                : Files.isDirectory(folder.resolve(component));
    }

    private static String pipeline(JsonFile index) {
        return Findings.known(() -> index.string("_class_name")).orElse("of unknown class");
    }

    private void noteNames(JsonFile index) {
        findings.note("pipeline: " + pipeline(index));
        List<String> others = index.keys().stream()
                .filter(key -> index.isListOfStrings(key) && !KNOWN.contains(key))
                .sorted()
                .toList();
        if (!others.isEmpty()) {
            findings.note("not used: " + String.join(", ", others));
        }
    }

    private void addNetwork(String name) {
        Path own = folder.resolve(name);
        if (requireFolder(own)) {
            networks.add(
                    name,
                    findings.attempt(() -> JsonFile.read(own.resolve("config.json"))),
                    () -> WeightFiles.open(own, DiffusersFolder.baseName(name), Optional.empty()));
        }
    }

    private boolean requireFolder(Path own) {
        if (!Files.isDirectory(own)) {
            findings.problem(own.getFileName() + ": no such folder, but " + DiffusersFolder.INDEX + " names it");
            return false;
        }
        return true;
    }

    /** Tokenizers, and whether all parts were made for each other, which can be told of sound ones only. */
    private void checkTexts(Optional<ModelIndex> index) {
        List<TextEncoder> encoders = new ArrayList<>();
        try {
            for (String name : List.of("text_encoder", "text_encoder_2")) {
                Optional<ClipTextModel> network =
                        Optional.ofNullable(networks.textEncoders().get(name));
                Path own = folder.resolve(name.replace("text_encoder", "tokenizer"));
                if (network.isPresent() || Files.exists(own)) {
                    tokenizer(own)
                            .ifPresent(tokenizer -> network.ifPresentOrElse(
                                    found -> encoders.add(new TextEncoder(name, tokenizer, found)), tokenizer::close));
                }
            }
            Optional<Autoencoder> vae = networks.vae();
            if (!findings.hasProblems() && index.isPresent() && networks.unet().isPresent() && vae.isPresent()) {
                ModelFit fit = new ModelFit(
                        index.get(), networks.unet().get(), vae.get().latentChannels(), encoders);
                findings.attempt(() -> fit.check(ModelSource.open(folder, LoadOptions.defaults())));
            }
        } finally {
            encoders.forEach(encoder -> encoder.tokenizer().close());
        }
    }

    private Optional<ClipTokenizer> tokenizer(Path own) {
        return findings.attempt(() -> {
            if (!Files.isDirectory(own)) {
                throw new ModelFormatException(own, "no such folder, but the text encoder needs its tokenizer");
            }
            return ClipTokenizer.load(own);
        });
    }

    private String kind(Optional<JsonFile> index) {
        Optional<UNetConfig> unet = networks.unet();
        if (unet.isEmpty()) {
            return "model of unknown family";
        }
        UNetConfig config = unet.get();
        Family family = DiffusionModel.family(config.encoder(), isThere("text_encoder", index));
        boolean inpainting = config.inChannels() == 2 * config.outChannels() + 1;
        return family.label()
                + ModelNetworks.variant(inpainting, scheduler.predictionType(), scheduler.isZeroTerminalSnr());
    }
}
