package io.github.sdfinetune.examples;

import io.github.sdfinetune.Prediction;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which model is read, and what its files don't tell. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ModelFiles {
    @Option(
            names = "--model",
            required = true,
            paramLabel = "PATH",
            description = "A Stable Diffusion model: a folder in diffusers' layout, or one file (.safetensors, .ckpt).")
    Path model;

    @Option(
            names = "--config",
            paramLabel = "DIR",
            description = "For one file: a folder in diffusers' layout to take configurations and tokenizers from.")
    Optional<Path> config = Optional.empty();

    @Option(
            names = "--tokenizer",
            paramLabel = "DIR",
            description = "For one file, which holds no tokenizer: the folder of one, or one that holds tokenizer and"
                    + " tokenizer_2.")
    Optional<Path> tokenizer = Optional.empty();

    @Option(
            names = "--prediction",
            paramLabel = "NAME",
            description = "What the model was trained to predict, where its files don't tell or tell it wrong: epsilon,"
                    + " v_prediction or sample. Default: as the files say.")
    Optional<Prediction> prediction = Optional.empty();
}
