package io.github.sdfinetune.core.checkpoint;

import io.github.sdfinetune.Prediction;
import io.github.sdfinetune.core.checkpoint.Family.Part;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.weights.WeightEntry;
import io.github.sdfinetune.core.weights.WeightFiles;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A model in one file in the original layout, which answers as if it were a folder in diffusers' layout. Its family is told from
 * its keys, its configurations from its shapes and what is published of the family; data stays in the file until it is read.
 * Immutable.
 */
public final class SingleFileCheckpoint implements ModelSource {
    private static final String SUPPORTED =
            "supported are checkpoints of Stable Diffusion 1.x, 2.x, XL and the XL refiner";
    static final String FIRST_CONVOLUTION = "model.diffusion_model.input_blocks.0.0.weight";
    private static final int LATENT_CHANNELS = 4;
    /** Latents, those of the masked picture, and the mask. */
    static final int INPAINTING_CHANNELS = 9;

    private final TensorFile file;
    private final Family family;
    private final boolean inpainting;
    private final KeyMap keys;
    private final InferredConfigs inferred;
    private final Optional<Path> configs;
    private final Optional<Path> tokenizers;

    private SingleFileCheckpoint(
            TensorFile file,
            Family family,
            Optional<Path> configs,
            Optional<Path> tokenizers,
            Optional<Prediction> given) {
        this.file = file;
        this.family = family;
        this.configs = configs;
        this.tokenizers = tokenizers.or(() -> configs);
        inpainting = inpainting(file);
        keys = KeyMap.ofOriginal(family, file.names(), textLayers());
        Prediction prediction = given.orElseGet(() -> FilePrediction.of(file, family, inpainting));
        // The mark goes with v: where there is nothing but noise, a prediction of noise says nothing.
        boolean zeroTerminalSnr =
                prediction != Prediction.EPSILON && file.names().contains(FilePrediction.ZERO_TERMINAL_SNR);
        inferred = new InferredConfigs(family, inpainting, prediction, zeroTerminalSnr);
        checkComplete();
    }

    /** Opens a file without companions: no tokenizer can be had from it. */
    public static SingleFileCheckpoint open(Path path) {
        return open(path, Optional.empty(), Optional.empty());
    }

    /**
     * Opens a file of which nothing more is known.
     *
     * @see #open(Path, Optional, Optional, Optional)
     */
    public static SingleFileCheckpoint open(Path path, Optional<Path> configs, Optional<Path> tokenizers) {
        return open(path, configs, tokenizers, Optional.empty());
    }

    /**
     * Opens a file.
     *
     * @param configs a folder in diffusers' layout whose configurations count instead of those told from the file
     * @param tokenizers a folder with a vocabulary, or one that holds the folders of several; without it those of {@code configs}
     * @param prediction what the UNet was trained to predict; without it what is told from the file
     * @throws ModelFormatException if it is missing, damaged, of another kind, or holds tensors of no known use
     */
    public static SingleFileCheckpoint open(
            Path path, Optional<Path> configs, Optional<Path> tokenizers, Optional<Prediction> prediction) {
        return of(TensorFile.open(path), configs, tokenizers, prediction);
    }

    /** Opens a file that was read. */
    public static SingleFileCheckpoint of(
            TensorFile file, Optional<Path> configs, Optional<Path> tokenizers, Optional<Prediction> prediction) {
        Family family = Family.of(file.names())
                .filter(found -> !file.names().contains("edm_mean"))
                .orElseThrow(() -> new ModelFormatException(
                        file.path(),
                        "looks like: " + FileKind.of(file.entries()).label() + "; " + SUPPORTED));
        return new SingleFileCheckpoint(file, family, configs, tokenizers, prediction);
    }

    private static boolean inpainting(TensorFile file) {
        WeightEntry entry = file.entry(FIRST_CONVOLUTION);
        long channels = entry.shape().size() == 4 ? entry.shape().get(1) : -1;
        if (channels == LATENT_CHANNELS || channels == INPAINTING_CHANNELS) {
            return channels == INPAINTING_CHANNELS;
        }
        throw entry.fault("has shape " + entry.shape() + ", supported are UNets with " + LATENT_CHANNELS + " or, for"
                + " inpainting, " + INPAINTING_CHANNELS
                + " input channels (5: depth, 7: upscaling, 8: InstructPix2Pix)");
    }

    private OptionalInt textLayers() {
        return configs.isPresent() && family == Family.SD2
                ? OptionalInt.of(given(configs.get(), "text_encoder").integer("num_hidden_layers"))
                : OptionalInt.empty();
    }

    private void checkComplete() {
        for (Part part : family.parts()) {
            if (keys.components().getOrDefault(part.component(), List.of()).isEmpty()) {
                throw new ModelFormatException(
                        file.path(),
                        "looks like " + family + " but lacks the " + part.component() + ", has no tensor '"
                                + part.prefix() + "…'");
            }
        }
        file.refuse(keys.unknown(), family.toString());
    }

    public Family family() {
        return family;
    }

    /** Whether the UNet takes a mask and a masked picture beside the latents. */
    public boolean isInpainting() {
        return inpainting;
    }

    /** What the UNet was trained to predict, as far as the file tells or was said of it. */
    public Prediction prediction() {
        return inferred.prediction();
    }

    /** Whether the last noise level was pure noise in training, as far as the file tells. */
    public boolean isZeroTerminalSnr() {
        return inferred.zeroTerminalSnr();
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public JsonFile index() {
        return configs.map(folder -> JsonFile.read(folder.resolve("model_index.json")))
                .orElseGet(() -> JsonFile.of(path(), inferred.index()));
    }

    @Override
    public boolean has(String component) {
        return component.equals("scheduler")
                || family.part(component.replace("tokenizer", "text_encoder")).isPresent();
    }

    @Override
    public JsonFile config(String component) {
        if (configs.isEmpty()) {
            return JsonFile.of(path(), inferredConfig(component));
        }
        JsonFile config = given(configs.get(), component);
        if (!component.equals("scheduler")) {
            checkFits(config, component);
        }
        return config;
    }

    private static JsonFile given(Path configs, String component) {
        String name = component.equals("scheduler") ? "scheduler_config.json" : "config.json";
        return JsonFile.read(configs.resolve(component).resolve(name));
    }

    /** The folder that configurations are taken from may be of another model; the sizes that differ between models tell. */
    private void checkFits(JsonFile config, String component) {
        Shapes shapes = shapes(component);
        List<Size> sizes = switch (component) {
            case "unet" ->
                List.of(
                        new Size("in_channels", "conv_in.weight", 1),
                        new Size(
                                "cross_attention_dim",
                                "mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight",
                                1));
            case "vae" -> List.of(new Size("latent_channels", "decoder.conv_in.weight", 1));
            default ->
                List.of(
                        new Size("hidden_size", "text_model.embeddings.token_embedding.weight", 1),
                        new Size("vocab_size", "text_model.embeddings.token_embedding.weight", 0));
        };
        for (Size size : sizes) {
            int found = shapes.size(size.tensor(), size.dimension());
            if (config.has(size.key()) && config.integer(size.key()) != found) {
                throw config.fault(
                        size.key(),
                        "is " + config.integer(size.key()) + ", but " + path() + " has " + found
                                + ": it is the configuration of another model");
            }
        }
    }

    /** A size that a configuration says and a tensor has. */
    private record Size(String key, String tensor, int dimension) {}

    private Map<String, Object> inferredConfig(String component) {
        return switch (component) {
            case "scheduler" -> inferred.scheduler();
            case "unet" -> inferred.unet(shapes(component));
            case "vae" -> inferred.vae(shapes(component));
            default -> inferred.text(part(component), shapes(component));
        };
    }

    private Shapes shapes(String component) {
        Map<String, WeightEntry> entries = new LinkedHashMap<>();
        entries(component).forEach(entry -> entries.put(entry.name(), entry));
        return new Shapes(path(), entries);
    }

    private Part part(String component) {
        return family.part(component)
                .orElseThrow(() -> new ModelFormatException(path(), "is " + family + ", which has no " + component));
    }

    @Override
    public WeightFiles weights(String component, Optional<String> variant) {
        file.refuse(variant);
        return WeightFiles.of(path(), entries(component));
    }

    private List<WeightEntry> entries(String component) {
        List<WeightEntry> entries = new ArrayList<>();
        for (KeyMapping mapping : keys.components().getOrDefault(part(component).component(), List.of())) {
            WeightEntry original = file.entry(mapping.original());
            entries.addAll(mapping.operation().toDiffusers(original, mapping.diffusers()));
        }
        return entries;
    }

    @Override
    public Path tokenizer(String component) {
        Path folder = tokenizers.orElseThrow(() -> new ModelFormatException(
                path(), "holds no tokenizer, as no single file does; give the folder of one (LoadOptions.tokenizers)"));
        Path own = folder.resolve(component);
        if (Files.isDirectory(own)) {
            return own;
        }
        long needed = family.parts().stream().filter(Part::isText).count();
        if (needed > 1) {
            throw new ModelFormatException(
                    folder, "has no folder " + component + "; " + family + " needs a tokenizer and a tokenizer_2");
        }
        return folder;
    }
}
