package io.github.sdfinetune.core.config;

import static java.util.Map.entry;

import io.github.sdfinetune.error.ModelFormatException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The first half of a UNet, which a ControlNet has too: what the keys say that UNet2DConditionModel and ControlNetModel have in
 * common. Absent keys have the defaults of diffusers. Lists have one element per block.
 *
 * @param blockOutChannels channels on the way down; mirrored on the way up
 * @param layersPerBlock ResNet blocks in each down block; an up block, in mirrored order, has one more
 * @param transformerLayers transformer blocks in each attention of a down block; mirrored on the way up, the last for the middle
 * @param attentionHeads number of heads in a down block; mirrored on the way up, the last for the middle. The key is
 *     {@code attention_head_dim}, a misnomer that diffusers keeps for the sake of old files (huggingface/diffusers#2011)
 * @param crossAttentionDim width of the text states
 * @param useLinearProjection whether attention projects by linear layers (SD 2.x) or by 1×1 convolutions (SD 1.x)
 * @param freqShift of the timestep embedding
 * @param textTime how sizes and a pooled text state are embedded beside the timestep (SDXL); absent in SD 1.x and 2.x
 */
public record EncoderConfig(
        int inChannels,
        List<BlockType> downBlocks,
        List<Integer> blockOutChannels,
        List<Integer> layersPerBlock,
        List<Integer> transformerLayers,
        List<Integer> attentionHeads,
        int crossAttentionDim,
        boolean useLinearProjection,
        boolean flipSinToCos,
        double freqShift,
        int normNumGroups,
        double normEps,
        Optional<TextTime> textTime) {

    /**
     * The additional embedding {@code text_time} of SDXL (arXiv:2307.01952).
     *
     * @param timeEmbedDim sinusoids for each of the numbers that describe the picture's size
     * @param inputDim width of the pooled text state and all sinusoids together
     */
    public record TextTime(int timeEmbedDim, int inputDim) {}

    /** What a down or up block consists of. */
    public enum BlockType {
        RESNET,
        RESNET_AND_CROSS_ATTENTION
    }

    private static final Map<String, BlockType> DOWN_BLOCKS =
            Map.of("DownBlock2D", BlockType.RESNET, "CrossAttnDownBlock2D", BlockType.RESNET_AND_CROSS_ATTENTION);

    static final KeyRules KEYS = new KeyRules(
            Set.of(
                    "in_channels",
                    "down_block_types",
                    "block_out_channels",
                    "layers_per_block",
                    "transformer_layers_per_block",
                    "attention_head_dim",
                    "cross_attention_dim",
                    "use_linear_projection",
                    "flip_sin_to_cos",
                    "freq_shift",
                    "norm_num_groups",
                    "norm_eps",
                    "addition_embed_type",
                    "addition_time_embed_dim",
                    "projection_class_embeddings_input_dim"),
            Map.ofEntries(
                    entry("act_fn", "\"silu\""),
                    entry("class_embed_type", "null"),
                    entry("downsample_padding", "1"),
                    entry("encoder_hid_dim", "null"),
                    entry("encoder_hid_dim_type", "null"),
                    entry("mid_block_scale_factor", "1"),
                    entry("mid_block_type", "\"UNetMidBlock2DCrossAttn\""),
                    entry("num_attention_heads", "null"),
                    entry("num_class_embeds", "null"),
                    entry("only_cross_attention", "false"),
                    entry("resnet_time_scale_shift", "\"default\"")),
            // Fused attention computes its softmax in float32 anyway, so diffusers' own ignores upcast_attention too.
            Set.of("addition_embed_type_num_heads", "upcast_attention"));

    public EncoderConfig {
        downBlocks = List.copyOf(downBlocks);
        blockOutChannels = List.copyOf(blockOutChannels);
        layersPerBlock = List.copyOf(layersPerBlock);
        transformerLayers = List.copyOf(transformerLayers);
        attentionHeads = List.copyOf(attentionHeads);
    }

    /**
     * Takes the configuration from JSON whose keys were checked.
     *
     * @throws ModelFormatException if it contradicts itself or asks for what is not supported
     */
    static EncoderConfig from(JsonFile json) {
        List<Integer> channels = Fields.sizes(json, "block_out_channels", List.of(320, 640, 1280, 1280));
        int blocks = channels.size();
        EncoderConfig config = new EncoderConfig(
                Fields.size(json, "in_channels", 4),
                Fields.wordPerBlock(
                        json,
                        "down_block_types",
                        blocks,
                        DOWN_BLOCKS,
                        List.of("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D")),
                channels,
                Fields.perBlock(json, "layers_per_block", blocks, 2),
                Fields.perBlock(json, "transformer_layers_per_block", blocks, 1),
                Fields.perBlock(json, "attention_head_dim", blocks, 8),
                Fields.size(json, "cross_attention_dim", 1280),
                json.flag("use_linear_projection", false),
                json.flag("flip_sin_to_cos", true),
                json.number("freq_shift", 0),
                Fields.size(json, "norm_num_groups", 32),
                Fields.positive(json, "norm_eps", 1e-5),
                textTime(json));
        config.checkChannels(json);
        return config;
    }

    private static Optional<TextTime> textTime(JsonFile json) {
        return json.oneOf("addition_embed_type", Map.of("text_time", true), false)
                ? Optional.of(new TextTime(
                        checkedSize(json, "addition_time_embed_dim"),
                        checkedSize(json, "projection_class_embeddings_input_dim")))
                : Optional.empty();
    }

    private static int checkedSize(JsonFile json, String key) {
        return Fields.size(json, key, 0);
    }

    private void checkChannels(JsonFile json) {
        int deepest = blockOutChannels.size() - 1;
        for (int i = 0; i <= deepest; i++) {
            Fields.checkDivisible(json, "block_out_channels", blockOutChannels.get(i), normNumGroups, "norm groups");
            if (i == deepest || downBlocks.get(i) == BlockType.RESNET_AND_CROSS_ATTENTION) {
                checkHeads(json, i);
            }
        }
    }

    /** Attention of this level divides its channels among heads. */
    void checkHeads(JsonFile json, int level) {
        Fields.checkDivisible(
                json, "block_out_channels", blockOutChannels.get(level), attentionHeads.get(level), "attention heads");
    }
}
