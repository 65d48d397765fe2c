package io.github.sdfinetune.core.checkpoint;

import io.github.sdfinetune.Prediction;
import io.github.sdfinetune.core.checkpoint.Family.Part;
import io.github.sdfinetune.core.checkpoint.UNetBlocks.Block;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The configurations that a model of a family has, or a ControlNet for it: sizes from the shapes of its tensors, the rest as in the published files of
 * runwayml/stable-diffusion-v1-5, stabilityai/stable-diffusion-2-1 and stabilityai/stable-diffusion-xl-base-1.0.
 *
 * @param inpainting whether the UNet also gets a mask and a masked picture
 * @param prediction what the UNet was trained to predict
 * @param zeroTerminalSnr whether the last noise level was pure noise in training (arXiv:2305.08891)
 */
record InferredConfigs(Family family, boolean inpainting, Prediction prediction, boolean zeroTerminalSnr) {
    private static final int HEAD_DIM = 64;
    private static final int NORM_GROUPS = 32;

    private boolean isXl() {
        return family == Family.SDXL || family == Family.SDXL_REFINER;
    }

    /** {@code model_index.json}. */
    Map<String, Object> index() {
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("_class_name", pipeline());
        if (isXl()) {
            index.put("force_zeros_for_empty_prompt", family == Family.SDXL);
        }
        if (family == Family.SDXL_REFINER) {
            index.put("requires_aesthetics_score", true);
        }
        index.put("scheduler", List.of("diffusers", scheduler().get("_class_name")));
        for (Part part : family.parts()) {
            if (part.isText()) {
                index.put(part.component(), List.of("transformers", textClass(part)));
                index.put(
                        part.component().replace("text_encoder", "tokenizer"),
                        List.of("transformers", "CLIPTokenizer"));
            }
        }
        index.put("unet", List.of("diffusers", "UNet2DConditionModel"));
        index.put("vae", List.of("diffusers", "AutoencoderKL"));
        return index;
    }

    private String pipeline() {
        return switch (family) {
            case SD1, SD2 -> inpainting ? "StableDiffusionInpaintPipeline" : "StableDiffusionPipeline";
            case SDXL -> inpainting ? "StableDiffusionXLInpaintPipeline" : "StableDiffusionXLPipeline";
            case SDXL_REFINER -> "StableDiffusionXLImg2ImgPipeline";
        };
    }

    private static String textClass(Part part) {
        return part.kind() == Part.Kind.OPEN_CLIP_WITH_PROJECTION ? "CLIPTextModelWithProjection" : "CLIPTextModel";
    }

    Map<String, Object> scheduler() {
        Map<String, Object> scheduler = new LinkedHashMap<>();
        scheduler.put("_class_name", schedulerClass());
        scheduler.put("beta_start", 0.00085);
        scheduler.put("beta_end", 0.012);
        scheduler.put("beta_schedule", "scaled_linear");
        scheduler.put("num_train_timesteps", 1000);
        scheduler.put("prediction_type", prediction.word());
        scheduler.put("clip_sample", false);
        scheduler.put("set_alpha_to_one", false);
        scheduler.put("skip_prk_steps", true);
        scheduler.put("steps_offset", 1);
        if (isXl()) {
            scheduler.put("timestep_spacing", "leading");
            scheduler.put("interpolation_type", "linear");
            scheduler.put("use_karras_sigmas", false);
        }
        if (zeroTerminalSnr) {
            scheduler.put("rescale_betas_zero_snr", true);
            // Such a model expects pure noise in the first step (section 3.3 of arXiv:2305.08891).
            scheduler.put("timestep_spacing", "trailing");
        }
        return scheduler;
    }

    private String schedulerClass() {
        if (isXl()) {
            return "EulerDiscreteScheduler";
        }
        return prediction == Prediction.EPSILON ? "PNDMScheduler" : "DDIMScheduler";
    }

    /** Whether it is as the models of Stable Diffusion 2.x for 768 pixels. */
    private boolean isSd2For768() {
        return family == Family.SD2 && prediction == Prediction.V_PREDICTION;
    }

    /** {@code unet/config.json}. */
    Map<String, Object> unet(Shapes shapes) {
        UNetBlocks blocks = UNetBlocks.ofDiffusers(shapes.names());
        Map<String, Object> unet = new LinkedHashMap<>();
        unet.put("_class_name", "UNet2DConditionModel");
        unet.put("sample_size", isXl() ? 128 : isSd2For768() ? 96 : 64);
        unet.putAll(encoder(shapes, blocks.down()));
        unet.put("out_channels", shapes.size("conv_out.weight", 0));
        unet.put("up_block_types", types(blocks.up(), "UpBlock2D", "CrossAttnUpBlock2D"));
        return unet;
    }

    /** {@code config.json} of a ControlNet. */
    Map<String, Object> controlNet(Shapes shapes) {
        String embedding = "controlnet_cond_embedding.";
        Map<String, Object> controlNet = new LinkedHashMap<>();
        controlNet.put("_class_name", "ControlNetModel");
        controlNet.put("conditioning_channels", shapes.size(embedding + "conv_in.weight", 1));
        List<Integer> channels = new ArrayList<>(List.of(shapes.size(embedding + "conv_in.weight", 0)));
        for (int i = 1; i < shapes.count(embedding + "blocks.", ".weight"); i += 2) {
            channels.add(shapes.size(embedding + "blocks." + i + ".weight", 0));
        }
        controlNet.put("conditioning_embedding_out_channels", channels);
        controlNet.putAll(encoder(shapes, UNetBlocks.ofDiffusers(shapes.names()).down()));
        return controlNet;
    }

    /** What a UNet and a ControlNet have in common. */
    private Map<String, Object> encoder(Shapes shapes, List<Block> down) {
        int headDim = family == Family.SD1 ? 1 : HEAD_DIM;
        List<Integer> channels = IntStream.range(0, down.size())
                .mapToObj(i -> shapes.multiple(
                        "down_blocks." + i + ".resnets.0.conv1.weight", 0, Math.max(headDim, NORM_GROUPS)))
                .toList();
        String attention = firstAttention(down);
        Map<String, Object> encoder = new LinkedHashMap<>();
        encoder.put("in_channels", shapes.size("conv_in.weight", 1));
        encoder.put("down_block_types", types(down, "DownBlock2D", "CrossAttnDownBlock2D"));
        encoder.put("block_out_channels", channels);
        encoder.put(
                "layers_per_block", oneOrAll(down.stream().map(Block::resnets).toList()));
        encoder.put("transformer_layers_per_block", oneOrAll(transformerLayers(shapes, down)));
        encoder.put(
                "attention_head_dim",
                family == Family.SD1
                        ? (Object) 8
                        : channels.stream().map(width -> width / HEAD_DIM).toList());
        encoder.put("cross_attention_dim", shapes.size(attention + "transformer_blocks.0.attn2.to_k.weight", 1));
        encoder.put("use_linear_projection", shapes.dimensions(attention + "proj_in.weight") == 2);
        encoder.put("upcast_attention", isSd2For768());
        encoder.put("norm_num_groups", NORM_GROUPS);
        if (shapes.has("add_embedding.linear_1.weight")) {
            encoder.put("addition_embed_type", "text_time");
            encoder.put("addition_time_embed_dim", 256);
            encoder.put("projection_class_embeddings_input_dim", shapes.size("add_embedding.linear_1.weight", 1));
        }
        return encoder;
    }

    private static String firstAttention(List<Block> down) {
        for (int i = 0; i < down.size(); i++) {
            if (down.get(i).attention()) {
                return "down_blocks." + i + ".attentions.0.";
            }
        }
        return "mid_block.attentions.0.";
    }

    private static List<String> types(List<Block> blocks, String plain, String attention) {
        return blocks.stream()
                .map(block -> block.attention() ? attention : plain)
                .toList();
    }

    /** What stands for a block without attention counts for the middle only, if it is the last. */
    private static List<Integer> transformerLayers(Shapes shapes, List<Block> down) {
        List<Integer> layers = new ArrayList<>();
        for (int i = 0; i < down.size(); i++) {
            String before = down.get(i).attention() ? "down_blocks." + i : "mid_block";
            boolean counts = down.get(i).attention() || i == down.size() - 1;
            layers.add(counts ? shapes.count(before + ".attentions.0.transformer_blocks.", ".norm1.weight") : 1);
        }
        return layers;
    }

    private static Object oneOrAll(List<Integer> values) {
        return new HashSet<>(values).size() == 1 ? values.get(0) : values;
    }

    /** {@code vae/config.json}. */
    Map<String, Object> vae(Shapes shapes) {
        int blocks = shapes.count("encoder.down_blocks.", ".resnets.0.conv1.weight");
        List<Integer> channels = IntStream.range(0, blocks)
                .mapToObj(i -> shapes.multiple("encoder.down_blocks." + i + ".resnets.0.conv1.weight", 0, NORM_GROUPS))
                .toList();
        Map<String, Object> vae = new LinkedHashMap<>();
        vae.put("_class_name", "AutoencoderKL");
        vae.put("sample_size", isXl() ? 1024 : isSd2For768() ? 768 : 512);
        vae.put("in_channels", shapes.size("encoder.conv_in.weight", 1));
        vae.put("out_channels", shapes.size("decoder.conv_out.weight", 0));
        vae.put("latent_channels", shapes.size("decoder.conv_in.weight", 1));
        vae.put("down_block_types", Collections.nCopies(blocks, "DownEncoderBlock2D"));
        vae.put("up_block_types", Collections.nCopies(blocks, "UpDecoderBlock2D"));
        vae.put("block_out_channels", channels);
        vae.put("layers_per_block", shapes.count("encoder.down_blocks.0.resnets.", ".conv1.weight"));
        vae.put("norm_num_groups", NORM_GROUPS);
        vae.put("scaling_factor", isXl() ? 0.13025 : 0.18215);
        if (isXl()) {
            vae.put("force_upcast", true);
        }
        return vae;
    }

    /** {@code text_encoder/config.json}. */
    Map<String, Object> text(Part part, Shapes shapes) {
        String embeddings = "text_model.embeddings.";
        String layers = "text_model.encoder.layers.";
        int hiddenSize = shapes.multiple(embeddings + "token_embedding.weight", 1, HEAD_DIM);
        Map<String, Object> text = new LinkedHashMap<>();
        text.put("architectures", List.of(textClass(part)));
        text.put("model_type", "clip_text_model");
        text.put("vocab_size", shapes.size(embeddings + "token_embedding.weight", 0));
        text.put("hidden_size", hiddenSize);
        text.put("intermediate_size", shapes.size(layers + "0.mlp.fc1.weight", 0));
        text.put("num_hidden_layers", shapes.count(layers, ".layer_norm1.weight"));
        text.put("num_attention_heads", hiddenSize / HEAD_DIM);
        text.put("max_position_embeddings", shapes.size(embeddings + "position_embedding.weight", 0));
        text.put("hidden_act", part.kind() == Part.Kind.CLIP ? "quick_gelu" : "gelu");
        text.put("layer_norm_eps", 1e-5);
        text.put("bos_token_id", 0);
        text.put("eos_token_id", 2);
        text.put("pad_token_id", 1);
        text.put(
                "projection_dim",
                switch (part.kind()) {
                    case OPEN_CLIP_WITH_PROJECTION -> shapes.size("text_projection.weight", 0);
                    case OPEN_CLIP -> 512;
                    default -> 768;
                });
        return text;
    }
}
