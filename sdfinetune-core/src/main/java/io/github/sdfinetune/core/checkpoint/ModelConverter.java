package io.github.sdfinetune.core.checkpoint;

import io.github.sdfinetune.ModelConversion;
import io.github.sdfinetune.ModelLayout;
import io.github.sdfinetune.Precision;
import io.github.sdfinetune.Prediction;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.checkpoint.Family.Part;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.file.AtomicFolder;
import io.github.sdfinetune.core.weights.DType;
import io.github.sdfinetune.core.weights.SafetensorsWriter;
import io.github.sdfinetune.core.weights.TensorSource;
import io.github.sdfinetune.core.weights.TorchWriter;
import io.github.sdfinetune.core.weights.WatchedTensors;
import io.github.sdfinetune.core.weights.WeightEntry;
import io.github.sdfinetune.core.weights.WeightFile;
import io.github.sdfinetune.core.weights.WeightFiles;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Writes a model in another layout or in other numbers. All of it is looked at before the first byte is written. */
public final class ModelConverter {
    private static final List<String> NETWORKS = List.of("unet", "vae", "text_encoder", "text_encoder_2");
    private static final List<String> TOKENIZERS = List.of("tokenizer", "tokenizer_2");
    /** Says something by its name alone. */
    private static final TensorSource MARK = TensorSource.of(List.of(0L), new float[0]);

    /** A network as it is to be written. */
    private record Network(String name, JsonFile config, WeightFiles weights) {}

    private final ModelSource source;
    private final Optional<Precision> precision;
    private final Optional<Prediction> prediction;
    private final ProgressListener listener;

    private ModelConverter(ModelSource source, ModelConversion conversion, ProgressListener listener) {
        this.source = source;
        precision = conversion.precision();
        prediction = conversion.prediction();
        this.listener = listener;
    }

    /** See {@link ModelConversion#write(Path, ProgressListener)}. */
    public static void write(ModelConversion conversion, Path target, ProgressListener listener) {
        boolean isFile = conversion.layout() == ModelLayout.SINGLE_FILE;
        if (isFile && ModelLayout.ofTarget(target) != ModelLayout.SINGLE_FILE) {
            throw new IllegalArgumentException(target
                    + ": the name of a model in one file must say its form, expected one that ends in .safetensors, .ckpt,"
                    + " .pt or .pth");
        }
        ModelConverter converter = new ModelConverter(open(conversion), conversion, listener);
        if (isFile) {
            converter.writeFile(target);
        } else {
            converter.writeFolder(target);
        }
    }

    private static ModelSource open(ModelConversion conversion) {
        if (!Files.isDirectory(conversion.model())) {
            return SingleFileCheckpoint.open(
                    conversion.model(), conversion.configs(), conversion.tokenizer(), conversion.prediction());
        }
        if (conversion.configs().isPresent() || conversion.tokenizer().isPresent()) {
            throw new IllegalArgumentException(
                    conversion.model() + " is a folder and brings its own configurations and tokenizer; others can be"
                            + " given for a single file only");
        }
        return new DiffusersFolder(conversion.model());
    }

    private void writeFile(Path target) {
        Family family = family();
        Map<String, TensorSource> tensors = new LinkedHashMap<>();
        for (Part part : family.parts()) {
            addOriginal(part, tensors);
        }
        JsonFile scheduler = scheduler();
        Prediction predicted = scheduler.oneOf("prediction_type", FilePrediction.WORDS, Prediction.EPSILON);
        if (predicted != Prediction.EPSILON && scheduler.flag("rescale_betas_zero_snr", false)) {
            tensors.put(FilePrediction.ZERO_TERMINAL_SNR, MARK);
        }
        boolean isVelocity = predicted == Prediction.V_PREDICTION;
        boolean isUsuallyVelocity = FilePrediction.isUsuallyVelocity(family, isInpainting(tensors));
        if (isVelocity && !isUsuallyVelocity) {
            // ComfyUI reads no header.
            tensors.put(FilePrediction.VELOCITY, MARK);
        }
        if (WeightFile.TORCH_NAME
                .matcher(target.toString().toLowerCase(Locale.ROOT))
                .matches()) {
            if (predicted == Prediction.SAMPLE) {
                throw scheduler.fault(
                        "prediction_type", "is \"sample\", which a torch file can't say; write a .safetensors file");
            }
            writeTorch(target, WatchedTensors.of(tensors, "model", listener), !isVelocity && isUsuallyVelocity);
        } else {
            Map<String, String> metadata =
                    Map.of("format", "pt", "modelspec.prediction_type", isVelocity ? "v" : predicted.word());
            SafetensorsWriter.write(target, WatchedTensors.of(tensors, "model", listener), metadata);
        }
    }

    /** A torch file has no metadata; what is not usual of its family shows in what programs know. */
    private static void writeTorch(Path target, Map<String, TensorSource> tensors, boolean isUnusualEpsilon) {
        TorchWriter.write(
                target,
                tensors,
                isUnusualEpsilon ? OptionalLong.of(FilePrediction.SD2_BASE_STEP) : OptionalLong.empty());
    }

    private static boolean isInpainting(Map<String, TensorSource> tensors) {
        TensorSource first = tensors.get(SingleFileCheckpoint.FIRST_CONVOLUTION);
        return first != null && first.shape().get(1) == SingleFileCheckpoint.INPAINTING_CHANNELS;
    }

    private Family family() {
        if (source instanceof SingleFileCheckpoint checkpoint) {
            return checkpoint.family();
        }
        for (String component : List.of("unet", "vae")) {
            if (!source.has(component)) {
                throw new ModelFormatException(
                        source.path(),
                        "has no " + component + ", only models of Stable Diffusion 1.x, 2.x and XL can be one file");
            }
        }
        if (source.has("text_encoder_2")) {
            return source.has("text_encoder") ? Family.SDXL : Family.SDXL_REFINER;
        }
        WeightEntry projection =
                source.weights("unet", Optional.empty()).entry("mid_block.attentions.0.proj_in.weight");
        return projection.shape().size() == 2 ? Family.SD2 : Family.SD1;
    }

    private void addOriginal(Part part, Map<String, TensorSource> tensors) {
        WeightFiles weights = source.weights(part.component(), Optional.empty());
        List<String> unknown = new ArrayList<>();
        for (KeyMapping mapping : KeyMap.ofDiffusers(part, weights.names(), unknown)) {
            List<WeightEntry> parts =
                    mapping.diffusers().stream().map(weights::entry).toList();
            tensors.put(mapping.original(), inPrecision(mapping.operation().toOriginal(parts)));
        }
        if (!unknown.isEmpty()) {
            throw new ModelFormatException(
                    weights.files().get(0),
                    unknown.get(0),
                    unknown.size() + " tensors have no place in the original layout of " + family() + ", the first: "
                            + unknown.get(0));
        }
    }

    private void writeFolder(Path target) {
        List<Network> networks = NETWORKS.stream()
                .filter(source::has)
                .map(name ->
                        new Network(name, withPrecision(source.config(name)), source.weights(name, Optional.empty())))
                .toList();
        Map<String, Path> tokenizers = new LinkedHashMap<>();
        TOKENIZERS.stream().filter(source::has).forEach(name -> tokenizers.put(name, source.tokenizer(name)));
        tokenizers.values().forEach(TokenizerFiles::check);
        JsonFile scheduler = scheduler();
        JsonFile index = index();
        AtomicFolder.write(target, folder -> {
            Files.writeString(folder.resolve("model_index.json"), index.text());
            Files.writeString(made(folder, "scheduler").resolve("scheduler_config.json"), scheduler.text());
            for (Map.Entry<String, Path> tokenizer : tokenizers.entrySet()) {
                TokenizerFiles.copy(tokenizer.getValue(), made(folder, tokenizer.getKey()));
            }
            for (Network network : networks) {
                writeNetwork(network, made(folder, network.name()));
            }
        });
    }

    private void writeNetwork(Network network, Path component) throws IOException {
        Files.writeString(component.resolve("config.json"), network.config().text());
        Map<String, TensorSource> tensors = new LinkedHashMap<>();
        network.weights().entries().forEach(entry -> tensors.put(entry.name(), inPrecision(TensorSource.of(entry))));
        Path file = component.resolve(DiffusersFolder.baseName(network.name()) + ".safetensors");
        SafetensorsWriter.write(file, WatchedTensors.of(tensors, network.name(), listener), Map.of("format", "pt"));
    }

    private JsonFile scheduler() {
        JsonFile config = source.config("scheduler");
        return prediction
                .map(said -> config.with("prediction_type", said.word()))
                .orElse(config);
    }

    /** What is not written, such as a safety checker, the index may not name. */
    private JsonFile index() {
        JsonFile index = source.index();
        for (String key : source.index().keys()) {
            boolean isWritten = key.equals("scheduler") || NETWORKS.contains(key) || TOKENIZERS.contains(key);
            if (index.isListOfStrings(key) && !(isWritten && source.has(key))) {
                index = index.with(key, Arrays.asList(null, null));
            }
        }
        return index;
    }

    private JsonFile withPrecision(JsonFile config) {
        JsonFile changed = config;
        for (String key : List.of("torch_dtype", "dtype")) {
            if (precision.isPresent() && config.has(key)) {
                changed = changed.with(key, precision.get().name().toLowerCase(Locale.ROOT));
            }
        }
        return changed;
    }

    private TensorSource inPrecision(TensorSource tensor) {
        return precision
                .map(wanted -> tensor.as(
                        switch (wanted) {
                            case FLOAT32 -> DType.F32;
                            case BFLOAT16 -> DType.BF16;
                            case FLOAT16 -> DType.F16;
                        }))
                .orElse(tensor);
    }

    private static Path made(Path folder, String name) throws IOException {
        return Files.createDirectory(folder.resolve(name));
    }
}
