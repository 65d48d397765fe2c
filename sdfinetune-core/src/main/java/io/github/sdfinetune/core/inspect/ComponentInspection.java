package io.github.sdfinetune.core.inspect;

import io.github.sdfinetune.Inspection;
import io.github.sdfinetune.core.checkpoint.Component;
import io.github.sdfinetune.core.checkpoint.DiffusersFolder;
import io.github.sdfinetune.core.config.ControlNetConfig;
import io.github.sdfinetune.core.config.EncoderConfig;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.UNetConfig;
import io.github.sdfinetune.core.model.DiffusionModel;
import io.github.sdfinetune.core.model.NetworkPlan;
import io.github.sdfinetune.core.text.ClipTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Tells what the folder of one component of a model is, or that of a ControlNet. */
final class ComponentInspection {
    private static final String FORMAT = "folder of a component";
    private static final String PART =
            "a part of a model; the folder above it, with a " + DiffusersFolder.INDEX + ", is what is loaded";

    private final Path folder;
    private final Findings findings;

    private ComponentInspection(Path folder) {
        this.folder = folder;
        findings = new Findings(folder);
    }

    /** What a folder is, if a file in it says that it is a component. */
    static Optional<Inspection> of(Path folder) {
        ComponentInspection component = new ComponentInspection(folder);
        if (component.has("config.json")) {
            return Optional.of(component.network());
        } else if (component.has(SchedulerNotes.FILE)) {
            return Optional.of(component.scheduler());
        } else if (component.has("vocab.json") || component.has("tokenizer.json")) {
            return Optional.of(component.tokenizer());
        }
        return Optional.empty();
    }

    private boolean has(String name) {
        return Files.exists(folder.resolve(name));
    }

    private Inspection scheduler() {
        SchedulerNotes notes = new SchedulerNotes(findings);
        notes.read(folder);
        String variant = ModelNetworks.variant(false, notes.predictionType(), notes.isZeroTerminalSnr());
        return findings.inspection("scheduler" + variant, FORMAT, PART);
    }

    private Inspection tokenizer() {
        findings.attempt(() -> {
            try (ClipTokenizer tokenizer = ClipTokenizer.load(folder)) {
                findings.note(tokenizer.vocabularySize() + " tokens; a prompt has up to " + tokenizer.maxLength());
            }
        });
        return findings.inspection("CLIP tokenizer", FORMAT, PART);
    }

    private Inspection network() {
        Optional<JsonFile> config = findings.attempt(() -> JsonFile.read(folder.resolve("config.json")));
        if (config.isEmpty()) {
            return findings.inspection("network with a damaged configuration", FORMAT, PART);
        }
        JsonFile json = config.get();
        String type = findings.attempt(() -> Component.className(json))
                .flatMap(Function.identity())
                .orElse("network of unknown class");
        return switch (type) {
            case "UNet2DConditionModel" -> {
                check("UNet", NetworkPlan::unet);
                yield findings.inspection(
                        "UNet" + family(() -> UNetConfig.from(json).encoder()), FORMAT, PART);
            }
            case "ControlNetModel" -> {
                check("ControlNet", NetworkPlan::controlNet);
                yield findings.inspection(
                        "ControlNet" + family(() -> ControlNetConfig.from(json).encoder()),
                        FORMAT,
                        findings.hasProblems()
                                ? "a ControlNet, which can't be loaded before its problems are solved"
                                : "a ControlNet, which can be loaded");
            }
            case "AutoencoderKL" -> {
                check("VAE", NetworkPlan::vae);
                yield findings.inspection("VAE", FORMAT, PART);
            }
            case "CLIPTextModel", "CLIPTextModelWithProjection", "CLIPModel" -> {
                check("text encoder", component -> NetworkPlan.textEncoder(component, "text_encoder"));
                yield findings.inspection("CLIP text encoder", FORMAT, PART);
            }
            default -> {
                component("tensors");
                yield findings.otherModel(type, FORMAT);
            }
        };
    }

    private Optional<Component> component(String name) {
        Optional<Component> component = findings.attempt(() -> Component.inFolder(folder, Optional.empty()));
        component
                .map(Component::weights)
                .ifPresent(weights ->
                        findings.part(ModelNetworks.partName(name, weights), weights.files(), weights.entries()));
        return component;
    }

    private <T> void check(String name, Function<Component, NetworkPlan<T>> plan) {
        component(name)
                .ifPresent(found -> findings.attempt(() -> plan.apply(found).check()));
    }

    private static String family(Supplier<EncoderConfig> config) {
        return Findings.known(config)
                .map(encoder -> " of " + DiffusionModel.family(encoder, true).label())
                .orElse("");
    }
}
