package io.github.sdfinetune.core.config;

import static java.util.Map.entry;

import io.github.sdfinetune.core.config.EncoderConfig.BlockType;
import io.github.sdfinetune.error.ModelFormatException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code unet/config.json} says about a UNet2DConditionModel; absent keys have the defaults of diffusers.
 *
 * @param sampleSize height and width of the latents the model was made for
 * @param encoder the way down; the way up mirrors it
 * @param upBlocks deepest first
 */
public record UNetConfig(int sampleSize, EncoderConfig encoder, int outChannels, List<BlockType> upBlocks) {
    private static final Map<String, BlockType> UP_BLOCKS =
            Map.of("UpBlock2D", BlockType.RESNET, "CrossAttnUpBlock2D", BlockType.RESNET_AND_CROSS_ATTENTION);

    private static final KeyRules KEYS = EncoderConfig.KEYS.and(new KeyRules(
            Set.of("sample_size", "out_channels", "up_block_types"),
            Map.ofEntries(
                    entry("attention_type", "\"default\""),
                    entry("center_input_sample", "false"),
                    entry("class_embeddings_concat", "false"),
                    entry("conv_in_kernel", "3"),
                    entry("conv_out_kernel", "3"),
                    entry("cross_attention_norm", "null"),
                    entry("dropout", "0"),
                    entry("dual_cross_attention", "false"),
                    entry("mid_block_only_cross_attention", "false"),
                    entry("resnet_out_scale_factor", "1"),
                    entry("resnet_skip_time_act", "false"),
                    entry("reverse_transformer_layers_per_block", "null"),
                    entry("time_cond_proj_dim", "null"),
                    entry("time_embedding_act_fn", "null"),
                    entry("time_embedding_dim", "null"),
                    entry("time_embedding_type", "\"positional\""),
                    entry("timestep_post_act", "null")),
            // What diffusers' training scripts leave in the config of averaged (EMA) weights.
            Set.of(
                    "decay",
                    "inv_gamma",
                    "min_decay",
                    "optimization_step",
                    "power",
                    "update_after_step",
                    "use_ema_warmup")));

    public UNetConfig {
        upBlocks = List.copyOf(upBlocks);
    }

    /**
     * Takes the configuration from JSON.
     *
     * @throws ModelFormatException if it contradicts itself or asks for what is not supported
     */
    public static UNetConfig from(JsonFile json) {
        KEYS.check(json);
        EncoderConfig encoder = EncoderConfig.from(json);
        UNetConfig config = new UNetConfig(
                Fields.side(json, "sample_size", 64),
                encoder,
                Fields.size(json, "out_channels", 4),
                Fields.wordPerBlock(
                        json,
                        "up_block_types",
                        encoder.blockOutChannels().size(),
                        UP_BLOCKS,
                        List.of("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D")));
        config.checkHeads(json);
        return config;
    }

    private void checkHeads(JsonFile json) {
        int deepest = upBlocks.size() - 1;
        for (int i = 0; i <= deepest; i++) {
            if (upBlocks.get(deepest - i) == BlockType.RESNET_AND_CROSS_ATTENTION) {
                encoder.checkHeads(json, i);
            }
        }
    }

    /** Channels of the latents and of what an inpainting model is given beside them. */
    public int inChannels() {
        return encoder.inChannels();
    }

    /** Width of the text states. */
    public int crossAttentionDim() {
        return encoder.crossAttentionDim();
    }

    /** How sizes and a pooled text state are embedded beside the timestep. */
    public Optional<EncoderConfig.TextTime> textTime() {
        return encoder.textTime();
    }
}
