package io.github.sdfinetune.core.model;

import io.github.sdfinetune.core.checkpoint.ModelSource;
import io.github.sdfinetune.core.config.EncoderConfig;
import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.config.ModelIndex;
import io.github.sdfinetune.core.config.UNetConfig;
import io.github.sdfinetune.core.text.ClipTextModel;
import io.github.sdfinetune.core.text.ClipTokenizer;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether the components of a model were made for each other: a folder put together from several models may not be.
 *
 * @param latents channels of the VAE's
 * @param textEncoders in the order in which their states are joined
 */
public record ModelFit(ModelIndex index, UNetConfig unet, int latents, List<TextEncoder> textEncoders) {
    /** Size numbers of SDXL; its refiner has one fewer, with the score of the picture's beauty in place of the last two. */
    private static final int TIME_IDS = 6;

    private static final int TIME_IDS_WITH_SCORE = 5;

    /**
     * Compares them.
     *
     * @throws ModelFormatException if they don't fit; the message names the key that tells
     */
    public void check(ModelSource source) {
        for (TextEncoder encoder : textEncoders) {
            checkTokenizer(
                    source.tokenizer(encoder.name().replace("text_encoder", "tokenizer")),
                    encoder.tokenizer(),
                    encoder.network());
        }
        JsonFile json = source.config("unet");
        checkText(json);
        checkChannels(json);
    }

    /** Whether the UNet takes a mask and the latents of the masked picture beside the noisy ones. */
    public boolean isInpainting() {
        return unet.inChannels() == 2 * latents + 1;
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

    private void checkText(JsonFile json) {
        int dim = textEncoders.stream()
                .mapToInt(encoder -> encoder.network().dim())
                .sum();
        if (dim != unet.crossAttentionDim()) {
            throw json.fault(
                    "cross_attention_dim",
                    "is " + unet.crossAttentionDim() + ", but the text encoder"
                            + (textEncoders.size() == 1 ? " gives " : "s together give ") + dim);
        }
        if (unet.textTime().isPresent()) {
            checkTextTime(json, unet.textTime().get());
        } else if (textEncoders.size() > 1) {
            throw json.fault(
                    "addition_embed_type", "is absent, expected \"text_time\" for a model with two text encoders");
        }
    }

    private void checkTextTime(JsonFile json, EncoderConfig.TextTime textTime) {
        ClipTextModel last = textEncoders.get(textEncoders.size() - 1).network();
        int pooled = last.projectionDim()
                .orElseThrow(() -> json.fault(
                        "addition_embed_type",
                        "is \"text_time\", which takes the projected state of the last text encoder, but that has no"
                                + " text_projection"));
        int ids = index.aestheticScore() ? TIME_IDS_WITH_SCORE : TIME_IDS;
        int expected = pooled + ids * textTime.timeEmbedDim();
        if (textTime.inputDim() != expected) {
            throw json.fault(
                    "projection_class_embeddings_input_dim",
                    "is " + textTime.inputDim() + ", expected " + pooled + " of the text encoder and " + ids + "·"
                            + textTime.timeEmbedDim() + " of the size numbers, together " + expected
                            + " ('requires_aesthetics_score' in model_index.json decides between 5 and 6 numbers)");
        }
    }

    private void checkChannels(JsonFile json) {
        if (unet.outChannels() != latents) {
            throw json.fault(
                    "out_channels",
                    "is " + unet.outChannels() + ", expected the " + latents + " latent channels of the VAE");
        }
        if (unet.inChannels() != latents && !isInpainting()) {
            throw json.fault(
                    "in_channels",
                    "is " + unet.inChannels() + ", expected the " + latents + " latent channels of the VAE, or "
                            + (2 * latents + 1)
                            + " for inpainting (5: depth, 7: upscaling, 8: InstructPix2Pix are not supported)");
        }
    }
}
