package io.github.sdfinetune.core.model;

import io.github.sdfinetune.core.checkpoint.ModelSource;
import io.github.sdfinetune.core.config.EncoderConfig;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.UNetConfig;
import io.github.sdfinetune.core.text.ClipTextModel;
import io.github.sdfinetune.core.text.ClipTokenizer;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Path;

/** Whether the components of a model were made for each other: a folder put together from several models may not be. */
final class ModelFit {
    /** Size numbers of SDXL; its refiner has one fewer, with the score of the picture's beauty in place of the last two. */
    private static final int TIME_IDS = 6;

    private static final int TIME_IDS_WITH_SCORE = 5;

    private ModelFit() {}

    static void check(DiffusionModel model, ModelSource source) {
        for (TextEncoder encoder : model.textEncoders()) {
            checkTokenizer(
                    source.tokenizer(encoder.name().replace("text_encoder", "tokenizer")),
                    encoder.tokenizer(),
                    encoder.network());
        }
        JsonFile unet = source.config("unet");
        UNetConfig config = model.unet().config();
        checkText(model, unet, config);
        checkChannels(model, unet, config);
    }

    private static void checkTokenizer(Path folder, ClipTokenizer tokenizer, ClipTextModel encoder) {
        if (tokenizer.vocabularySize() > encoder.vocabularySize()) {
            throw new ModelFormatException(
                    folder,
                    "has " + tokenizer.vocabularySize() + " tokens, but the text encoder knows only "
                            + encoder.vocabularySize());
        }
        if (tokenizer.maxLength() > encoder.maxPositions()) {
            throw new ModelFormatException(
                    folder,
                    "model_max_length",
                    "'model_max_length' is " + tokenizer.maxLength() + ", but the text encoder takes at most "
                            + encoder.maxPositions() + " tokens");
        }
    }

    private static void checkText(DiffusionModel model, JsonFile unet, UNetConfig config) {
        int dim = model.textEncoders().stream()
                .mapToInt(encoder -> encoder.network().dim())
                .sum();
        if (dim != config.crossAttentionDim()) {
            throw unet.fault(
                    "cross_attention_dim",
                    "is " + config.crossAttentionDim() + ", but the text encoder"
                            + (model.textEncoders().size() == 1 ? " gives " : "s together give ") + dim);
        }
        if (config.textTime().isPresent()) {
            checkTextTime(model, unet, config.textTime().get());
        } else if (model.textEncoders().size() > 1) {
            throw unet.fault(
                    "addition_embed_type", "is absent, expected \"text_time\" for a model with two text encoders");
        }
    }

    private static void checkTextTime(DiffusionModel model, JsonFile unet, EncoderConfig.TextTime textTime) {
        ClipTextModel last =
                model.textEncoders().get(model.textEncoders().size() - 1).network();
        int pooled = last.projectionDim()
                .orElseThrow(() -> unet.fault(
                        "addition_embed_type",
                        "is \"text_time\", which takes the projected state of the last text encoder, but that has no"
                                + " text_projection"));
        int ids = model.index().aestheticScore() ? TIME_IDS_WITH_SCORE : TIME_IDS;
        int expected = pooled + ids * textTime.timeEmbedDim();
        if (textTime.inputDim() != expected) {
            throw unet.fault(
                    "projection_class_embeddings_input_dim",
                    "is " + textTime.inputDim() + ", expected " + pooled + " of the text encoder and " + ids + "·"
                            + textTime.timeEmbedDim() + " of the size numbers, together " + expected
                            + " ('requires_aesthetics_score' in model_index.json decides between 5 and 6 numbers)");
        }
    }

    private static void checkChannels(DiffusionModel model, JsonFile unet, UNetConfig config) {
        int latents = model.vae().latentChannels();
        if (config.outChannels() != latents) {
            throw unet.fault(
                    "out_channels",
                    "is " + config.outChannels() + ", expected the " + latents + " latent channels of the VAE");
        }
        if (config.inChannels() != latents && !model.isInpainting()) {
            throw unet.fault(
                    "in_channels",
                    "is " + config.inChannels() + ", expected the " + latents + " latent channels of the VAE, or "
                            + (2 * latents + 1)
                            + " for inpainting (5: depth, 7: upscaling, 8: InstructPix2Pix are not supported)");
        }
    }
}
