package io.github.sdfinetune.core.checkpoint;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.ModelIndex;
import io.github.sdfinetune.core.weights.WeightFiles;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A model in diffusers' layout: a folder with an index and one folder per component. */
public final class DiffusersFolder implements ModelSource {
    public static final String INDEX = "model_index.json";

    private static final List<String> COMPONENTS =
            List.of("unet", "vae", "text_encoder", "text_encoder_2", "scheduler", "tokenizer", "tokenizer_2");

    private final Path folder;
    private final JsonFile index;

    DiffusersFolder(Path folder) {
        if (!Files.exists(folder.resolve(INDEX))) {
            throw new ModelFormatException(
                    folder, "has no " + INDEX + ", expected a model in diffusers' layout" + recognised(folder));
        }
        this.folder = folder;
        index = JsonFile.read(folder.resolve(INDEX));
        for (String component : COMPONENTS) {
            if (has(component) && !Files.isDirectory(folder.resolve(component))) {
                throw new ModelFormatException(folder.resolve(component), "no such folder, but " + INDEX + " names it");
            }
        }
    }

    /** A folder of transformers holds the config.json of one network. */
    private static String recognised(Path folder) {
        Path config = folder.resolve("config.json");
        if (!Files.exists(config)) {
            return "";
        }
        String type = Component.className(JsonFile.read(config)).orElse("network");
        return "; its config.json is that of a " + type + "; " + ModelIndex.SUPPORTED;
    }

    @Override
    public Path path() {
        return folder;
    }

    @Override
    public JsonFile index() {
        return index;
    }

    /** A component that was left out stands in the index as {@code [null, null]}. */
    @Override
    public boolean has(String component) {
        return index.isListOfStrings(component);
    }

    @Override
    public JsonFile config(String component) {
        String name = component.equals("scheduler") ? "scheduler_config.json" : "config.json";
        return JsonFile.read(folder.resolve(component).resolve(name));
    }

    @Override
    public WeightFiles weights(String component, Optional<String> variant) {
        return WeightFiles.open(folder.resolve(component), baseName(component), variant);
    }

    /** How the weight files of a network are named. */
    public static String baseName(String component) {
        return component.startsWith("text_encoder") ? "model" : "diffusion_pytorch_model";
    }

    @Override
    public Path tokenizer(String component) {
        Path own = folder.resolve(component);
        if (!Files.isDirectory(own)) {
            throw new ModelFormatException(own, "no such folder");
        }
        return own;
    }
}
