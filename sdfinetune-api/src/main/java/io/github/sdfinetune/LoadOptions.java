package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a model is loaded.
 *
 * @param precision of the weights and of computing with them
 * @param device {@code "cpu"}, or {@code "cuda"} / {@code "cuda:1"} (written to work, not verified)
 * @param variant which variant of the weight files to read, such as {@code "fp16"} for {@code *.fp16.safetensors}; without one
 *     the plain files, and if there are none the only variant there is
 * @param threads how many threads one operation may use, for the whole process; without it, one per core
 * @param configs for a single-file model: a folder in diffusers' layout whose configurations count instead of those told from the
 *     file's keys and shapes; for a ControlNet in one file, a folder with its {@code config.json}
 * @param tokenizers for a single-file model, which holds no tokenizer: a folder with a vocabulary, or one that holds those
 *     of each text encoder; without it those of {@code configs}
 * @param prediction what the UNet was trained to predict, for models that don't tell or tell it wrong; without it as the scheduler's
 *     configuration says, or as is told from a single file. Not {@link Prediction#FLOW_PREDICTION}
 * @param imageCheck what every picture is shown to before it is handed out
 */
public record LoadOptions(
        Precision precision,
        String device,
        Optional<String> variant,
        OptionalInt threads,
        Optional<Path> configs,
        Optional<Path> tokenizers,
        Optional<Prediction> prediction,
        Optional<ImageCheck> imageCheck) {
    public LoadOptions {
        require(
                device.matches("cpu|cuda(:\\d+)?"),
                "device must be \"cpu\", \"cuda\" or \"cuda:N\", was \"%s\"",
                device);
        require(variant.isEmpty() || variant.get().matches("[A-Za-z0-9_-]+"), "no name of a variant: %s", variant);
        require(threads.orElse(1) >= 1, "threads must be at least 1, was %d", threads.orElse(1));
        Checks.requireSayable(prediction);
    }

    /** Float32 on the CPU, plain weight files, one thread per core. */
    public static LoadOptions defaults() {
        return new LoadOptions(
                Precision.FLOAT32,
                "cpu",
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public LoadOptions precision(Precision precision) {
        return new LoadOptions(precision, device, variant, threads, configs, tokenizers, prediction, imageCheck);
    }

    public LoadOptions device(String device) {
        return new LoadOptions(precision, device, variant, threads, configs, tokenizers, prediction, imageCheck);
    }

    public LoadOptions variant(String variant) {
        return new LoadOptions(
                precision, device, Optional.of(variant), threads, configs, tokenizers, prediction, imageCheck);
    }

    public LoadOptions threads(int threads) {
        return new LoadOptions(
                precision, device, variant, OptionalInt.of(threads), configs, tokenizers, prediction, imageCheck);
    }

    public LoadOptions configs(Path folder) {
        return new LoadOptions(
                precision, device, variant, threads, Optional.of(folder), tokenizers, prediction, imageCheck);
    }

    public LoadOptions tokenizers(Path folder) {
        return new LoadOptions(
                precision, device, variant, threads, configs, Optional.of(folder), prediction, imageCheck);
    }

    /** Says what the UNet was trained to predict, whatever the model's files say. */
    public LoadOptions prediction(Prediction prediction) {
        return new LoadOptions(
                precision, device, variant, threads, configs, tokenizers, Optional.of(prediction), imageCheck);
    }

    /** Shows every picture to a check before it is handed out. */
    public LoadOptions imageCheck(ImageCheck imageCheck) {
        return new LoadOptions(
                precision, device, variant, threads, configs, tokenizers, prediction, Optional.of(imageCheck));
    }
}
