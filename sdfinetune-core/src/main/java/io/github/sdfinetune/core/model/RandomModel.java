package io.github.sdfinetune.core.model;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.checkpoint.TokenizerFiles;
import io.github.sdfinetune.core.config.ClipTextConfig;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.UNetConfig;
import io.github.sdfinetune.core.config.VaeConfig;
import io.github.sdfinetune.core.file.AtomicFolder;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.ScalarType;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.text.ClipTextModel;
import io.github.sdfinetune.core.text.ClipTokenizer;
import io.github.sdfinetune.core.text.SmallVocabulary;
import io.github.sdfinetune.core.unet.UNet;
import io.github.sdfinetune.core.vae.Autoencoder;
import io.github.sdfinetune.core.weights.SafetensorsWriter;
import io.github.sdfinetune.core.weights.TensorSource;
import io.github.sdfinetune.core.weights.WatchedTensors;
import io.github.sdfinetune.core.weights.WeightSource;
import io.github.sdfinetune.core.weights.Weights;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Writes model folders with random weights. Which weights a network has is learned by building it. */
public final class RandomModel {
    private static final Gson JSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
    private static final int SD15_VOCABULARY = 49408;

    private RandomModel() {}

    /** See {@link NewModel#write(Path, ProgressListener)}. */
    public static void write(NewModel model, Path target, ProgressListener listener) {
        // Before anything is copied, so that errors name the folder that was given.
        model.tokenizer().ifPresent(folder -> checkTokenizer(model.size(), folder));
        AtomicFolder.write(target, folder -> {
            Path tokenizer = Files.createDirectory(folder.resolve("tokenizer"));
            if (model.tokenizer().isPresent()) {
                TokenizerFiles.copy(model.tokenizer().get(), tokenizer);
            } else {
                SmallVocabulary.write(tokenizer);
            }
            Configurations configurations = configurations(model.size(), tokenizer);
            json(folder.resolve("model_index.json"), configurations.index());
            json(
                    Files.createDirectory(folder.resolve("scheduler")).resolve("scheduler_config.json"),
                    configurations.scheduler());
            Path unet = component(folder, "unet", configurations.unet());
            weights(
                    unet,
                    "diffusion_pytorch_model",
                    model.seed(),
                    listener,
                    root -> new UNet(UNetConfig.from(config(unet)), root));
            Path vae = component(folder, "vae", configurations.vae());
            weights(
                    vae,
                    "diffusion_pytorch_model",
                    model.seed(),
                    listener,
                    root -> new Autoencoder(VaeConfig.from(config(vae)), root));
            Path text = component(folder, "text_encoder", configurations.textEncoder());
            weights(
                    text,
                    "model",
                    model.seed(),
                    listener,
                    root -> new ClipTextModel(ClipTextConfig.from(config(text)), root));
        });
    }

    private static void checkTokenizer(NewModel.Size size, Path folder) {
        try (ClipTokenizer loaded = ClipTokenizer.load(folder)) {
            if (size == NewModel.Size.SD15 && loaded.vocabularySize() != SD15_VOCABULARY) {
                throw new ModelFormatException(
                        folder,
                        "the vocabulary has " + loaded.vocabularySize() + " entries, expected " + SD15_VOCABULARY
                                + " for a model of size sd15");
            }
        }
    }

    private static Configurations configurations(NewModel.Size size, Path tokenizer) {
        try (ClipTokenizer loaded = ClipTokenizer.load(tokenizer)) {
            return Configurations.of(size, loaded);
        }
    }

    private static Path component(Path folder, String name, Map<String, Object> config) throws IOException {
        Path component = Files.createDirectory(folder.resolve(name));
        json(component.resolve("config.json"), config);
        return component;
    }

    private static JsonFile config(Path component) {
        return JsonFile.read(component.resolve("config.json"));
    }

    private static void json(Path file, Map<String, Object> content) throws IOException {
        Files.writeString(file, JSON.toJson(content) + "\n");
    }

    private static void weights(
            Path folder, String baseName, long seed, ProgressListener listener, Consumer<Weights> build) {
        String component = String.valueOf(folder.getFileName());
        Map<String, TensorSource> tensors = new LinkedHashMap<>();
        try (Scope scope = Scope.open()) {
            WeightSource shapes = (name, shape) -> {
                tensors.put(
                        name,
                        TensorSource.of(
                                Arrays.stream(shape).boxed().toList(), () -> RandomWeights.values(seed, name, shape)));
                return Tensor.empty(ScalarType.FLOAT32, shape);
            };
            build.accept(Weights.of(shapes, Numerics.float32(), component));
        }
        SafetensorsWriter.write(
                folder.resolve(baseName + ".safetensors"),
                WatchedTensors.of(tensors, component, listener),
                Map.of("format", "pt"));
    }
}
