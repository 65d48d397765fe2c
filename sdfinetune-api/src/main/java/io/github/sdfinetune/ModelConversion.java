package io.github.sdfinetune;

import io.github.sdfinetune.error.CancelledException;
import io.github.sdfinetune.error.ModelFormatException;
import io.github.sdfinetune.error.OutputException;
import io.github.sdfinetune.spi.EngineProvider;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model of Stable Diffusion 1.x, 2.x or XL to be written in another layout, or with other numbers:
 *
 * <pre>{@code
 * ModelConversion.of(Path.of("dreamy.safetensors"), ModelLayout.DIFFUSERS)
 *         .withTokenizer(Path.of("stable-diffusion-v1-5/tokenizer"))
 *         .write(Path.of("dreamy"));
 * }</pre>
 *
 * @param model a folder in diffusers' layout, or one file ({@code .safetensors}, {@code .ckpt})
 * @param layout of what is written
 * @param precision of what is written; without one each tensor keeps its own
 * @param configs for a single file: a folder in diffusers' layout whose configurations (and tokenizers) are taken instead of
 *     those that its family has. Needed for models of unpublished sizes
 * @param prediction what the UNet was trained to predict, for models that don't tell or tell it wrong; without it as the scheduler's
 *     configuration says, or as is told from a single file. Not {@link Prediction#FLOW_PREDICTION}
 * @param tokenizer for a single file, which holds none: a folder with {@code vocab.json} and {@code merges.txt}; for Stable
 *     Diffusion XL one that holds the folders {@code tokenizer} and {@code tokenizer_2}. Needed only where a folder is written
 */
public record ModelConversion(
        Path model,
        ModelLayout layout,
        Optional<Precision> precision,
        Optional<Prediction> prediction,
        Optional<Path> configs,
        Optional<Path> tokenizer) {
    public ModelConversion {
        Checks.requireSayable(prediction);
    }

    /** A conversion that keeps the numbers and takes nothing from elsewhere. */
    public static ModelConversion of(Path model, ModelLayout layout) {
        return new ModelConversion(
                model, layout, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** With all weights rounded to a precision. */
    public ModelConversion withPrecision(Precision wanted) {
        return new ModelConversion(model, layout, Optional.of(wanted), prediction, configs, tokenizer);
    }

    /** Says what the UNet was trained to predict, whatever the model's files say. */
    public ModelConversion withPrediction(Prediction said) {
        return new ModelConversion(model, layout, precision, Optional.of(said), configs, tokenizer);
    }

    /** With the configurations of a folder in diffusers' layout. */
    public ModelConversion withConfigs(Path folder) {
        return new ModelConversion(model, layout, precision, prediction, Optional.of(folder), tokenizer);
    }

    /** With the tokenizer of a folder. */
    public ModelConversion withTokenizer(Path folder) {
        return new ModelConversion(model, layout, precision, prediction, configs, Optional.of(folder));
    }

    /**
     * Writes the model, complete or not at all.
     *
     * @see #write(Path, ProgressListener)
     */
    public void write(Path target) {
        write(target, ProgressListener.quiet());
    }

    /**
     * Writes the model, tensor by tensor, complete or not at all, and tells how far it is.
     *
     * @param target a file, which is replaced if it exists, and whose name says in which form it is written ({@code .safetensors},
     *     {@code .ckpt}, {@code .pt}, {@code .pth}); or a folder, which must not exist yet, or be empty
     * @param listener hears of each tensor
     * @throws IllegalArgumentException if the target of a single file ends in something else
     * @throws ModelFormatException if the model is damaged, incomplete, or of another kind
     * @throws OutputException if it can't be written
     * @throws CancelledException if the thread is interrupted (whose flag then stays set); nothing is left behind
     */
    public void write(Path target, ProgressListener listener) {
        EngineProvider.find().convertModel(this, target, listener);
    }
}
