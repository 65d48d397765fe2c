package io.github.sdfinetune.core.config;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What {@code model_index.json} says about a model in the layout of diffusers: one folder per component.
 *
 * @param folder of the model
 * @param schedulerClass diffusers' name of the sampler the model comes with, such as {@code PNDMScheduler}
 */
public record ModelIndex(Path folder, String schedulerClass) {
    private static final String FILE = "model_index.json";
    private static final String PIPELINE = "StableDiffusionPipeline";
    /** A component that was left out is written as {@code [null, null]}. */
    private static final JsonElement ABSENT = JsonParser.parseString("[null, null]");

    private static final Map<String, Set<String>> COMPONENTS = Map.of(
            "unet", Set.of("UNet2DConditionModel"),
            "vae", Set.of("AutoencoderKL"),
            "text_encoder", Set.of("CLIPTextModel"),
            "tokenizer", Set.of("CLIPTokenizer", "CLIPTokenizerFast"));

    /**
     * Reads the index of a model and checks that its components are there and of a supported kind. Other components, such as a
     * safety checker, are ignored.
     *
     * @throws ModelFormatException if there is no such model, or of a kind that is not supported
     */
    public static ModelIndex read(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new ModelFormatException(
                    folder,
                    Files.exists(folder)
                            ? "is a file, expected a folder in the layout of diffusers; single-file checkpoints are not"
                                    + " supported yet"
                            : "no such folder");
        }
        if (!Files.exists(folder.resolve(FILE))) {
            throw new ModelFormatException(folder, "has no " + FILE + ", expected a model in the layout of diffusers");
        }
        JsonFile json = JsonFile.read(folder.resolve(FILE));
        String pipeline = json.string("_class_name");
        if (!pipeline.equals(PIPELINE)) {
            throw json.fault(
                    "_class_name",
                    "is \"" + pipeline + "\", supported for now is \"" + PIPELINE + "\" (Stable Diffusion 1.x)");
        }
        for (String component : new TreeSet<>(COMPONENTS.keySet())) {
            checkComponent(folder, json, component);
        }
        return new ModelIndex(folder, componentClass(folder, json, "scheduler"));
    }

    private static void checkComponent(Path folder, JsonFile json, String component) {
        String found = componentClass(folder, json, component);
        Set<String> supported = COMPONENTS.getOrDefault(component, Set.of());
        if (!supported.contains(found)) {
            throw json.fault(component, "is a \"" + found + "\", supported: " + new TreeSet<>(supported));
        }
    }

    private static String componentClass(Path folder, JsonFile json, String component) {
        if (!json.has(component) || json.value(component).equals(ABSENT)) {
            throw json.fault(component, "is missing, a Stable Diffusion model needs it");
        }
        List<String> libraryAndClass = json.strings(component);
        if (libraryAndClass.size() != 2) {
            throw json.fault(component, "is " + libraryAndClass + ", expected [library, class]");
        }
        if (!Files.isDirectory(folder.resolve(component))) {
            throw new ModelFormatException(folder.resolve(component), "no such folder, but " + FILE + " names it");
        }
        return libraryAndClass.get(1);
    }

    /** The folder of a component: unet, vae, text_encoder, tokenizer, or scheduler. */
    public Path component(String name) {
        return folder.resolve(name);
    }
}
