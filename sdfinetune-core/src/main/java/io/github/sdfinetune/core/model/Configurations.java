package io.github.sdfinetune.core.model;

import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.core.text.ClipTokenizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The configuration files of a new model, as diffusers writes them.
 *
 * @param index {@code model_index.json}
 */
record Configurations(
        Map<String, Object> index,
        Map<String, Object> scheduler,
        Map<String, Object> unet,
        Map<String, Object> vae,
        Map<String, Object> textEncoder) {

    static Configurations of(NewModel.Size size, ClipTokenizer tokenizer) {
        return switch (size) {
            case TINY -> tiny(tokenizer);
            case SD15 -> sd15(tokenizer);
        };
    }

    private static Configurations tiny(ClipTokenizer tokenizer) {
        return new Configurations(
                modelIndex(),
                schedulerConfig(),
                unet(8, 64, 4, 1, 8, List.of(32, 64)),
                vae(64, 1, 8, List.of(16, 32, 32, 32)),
                textEncoder(tokenizer, 64, 2, 4));
    }

    private static Configurations sd15(ClipTokenizer tokenizer) {
        return new Configurations(
                modelIndex(),
                schedulerConfig(),
                unet(64, 768, 8, 2, 32, List.of(320, 640, 1280, 1280)),
                vae(512, 2, 32, List.of(128, 256, 512, 512)),
                textEncoder(tokenizer, 768, 12, 12));
    }

    private static Map<String, Object> modelIndex() {
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("_class_name", "StableDiffusionPipeline");
        index.put("scheduler", List.of("diffusers", "PNDMScheduler"));
        index.put("text_encoder", List.of("transformers", "CLIPTextModel"));
        index.put("tokenizer", List.of("transformers", "CLIPTokenizer"));
        index.put("unet", List.of("diffusers", "UNet2DConditionModel"));
        index.put("vae", List.of("diffusers", "AutoencoderKL"));
        return index;
    }

    private static Map<String, Object> schedulerConfig() {
        Map<String, Object> scheduler = new LinkedHashMap<>();
        scheduler.put("_class_name", "PNDMScheduler");
        scheduler.put("beta_start", 0.00085);
        scheduler.put("beta_end", 0.012);
        scheduler.put("beta_schedule", "scaled_linear");
        scheduler.put("num_train_timesteps", 1000);
        scheduler.put("set_alpha_to_one", false);
        scheduler.put("skip_prk_steps", true);
        scheduler.put("steps_offset", 1);
        scheduler.put("clip_sample", false);
        return scheduler;
    }

    /** The last block has no attention, as in SD 1.x. */
    private static Map<String, Object> unet(
            int sampleSize, int textDim, int heads, int layers, int groups, List<Integer> channels) {
        int blocks = channels.size();
        Map<String, Object> unet = new LinkedHashMap<>();
        unet.put("_class_name", "UNet2DConditionModel");
        unet.put("sample_size", sampleSize);
        unet.put("in_channels", 4);
        unet.put("out_channels", 4);
        unet.put("down_block_types", blockTypes("CrossAttnDownBlock2D", blocks - 1, "DownBlock2D", 1));
        unet.put("up_block_types", blockTypes("UpBlock2D", 1, "CrossAttnUpBlock2D", blocks - 1));
        unet.put("block_out_channels", channels);
        unet.put("layers_per_block", layers);
        unet.put("attention_head_dim", heads);
        unet.put("cross_attention_dim", textDim);
        unet.put("norm_num_groups", groups);
        return unet;
    }

    private static Map<String, Object> vae(int sampleSize, int layers, int groups, List<Integer> channels) {
        Map<String, Object> vae = new LinkedHashMap<>();
        vae.put("_class_name", "AutoencoderKL");
        vae.put("sample_size", sampleSize);
        vae.put("in_channels", 3);
        vae.put("out_channels", 3);
        vae.put("latent_channels", 4);
        vae.put("down_block_types", blockTypes("DownEncoderBlock2D", channels.size(), "", 0));
        vae.put("up_block_types", blockTypes("UpDecoderBlock2D", channels.size(), "", 0));
        vae.put("block_out_channels", channels);
        vae.put("layers_per_block", layers);
        vae.put("norm_num_groups", groups);
        vae.put("scaling_factor", 0.18215);
        return vae;
    }

    private static List<String> blockTypes(String first, int firsts, String last, int lasts) {
        List<String> types = new ArrayList<>(Collections.nCopies(firsts, first));
        types.addAll(Collections.nCopies(lasts, last));
        return types;
    }

    private static Map<String, Object> textEncoder(ClipTokenizer tokenizer, int dim, int layers, int heads) {
        Map<String, Object> text = new LinkedHashMap<>();
        text.put("architectures", List.of("CLIPTextModel"));
        text.put("model_type", "clip_text_model");
        text.put("vocab_size", tokenizer.vocabularySize());
        text.put("hidden_size", dim);
        text.put("intermediate_size", 4 * dim);
        text.put("num_hidden_layers", layers);
        text.put("num_attention_heads", heads);
        text.put("max_position_embeddings", 77);
        text.put("hidden_act", "quick_gelu");
        text.put("layer_norm_eps", 1e-5);
        text.put("bos_token_id", tokenizer.startToken());
        text.put("eos_token_id", tokenizer.endToken());
        text.put("pad_token_id", tokenizer.padToken());
        text.put("projection_dim", dim);
        return text;
    }
}
