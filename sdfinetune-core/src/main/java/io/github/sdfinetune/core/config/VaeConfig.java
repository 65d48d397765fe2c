package io.github.sdfinetune.core.config;

import static java.util.Map.entry;

import io.github.sdfinetune.error.ModelFormatException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@code vae/config.json} says about an AutoencoderKL; absent keys have the defaults of diffusers.
 *
 * @param blockOutChannels channels of the encoder's blocks; the decoder's are mirrored
 * @param layersPerBlock ResNet blocks in each block of the encoder; the decoder has one more
 * @param scalingFactor what latents are multiplied by behind the encoder, so that they have unit variance
 * @param sampleSize the side of the pictures it was trained with
 */
public record VaeConfig(
        int inChannels,
        int outChannels,
        int latentChannels,
        List<Integer> blockOutChannels,
        int layersPerBlock,
        int normNumGroups,
        double scalingFactor,
        int sampleSize) {
    private static final KeyRules KEYS = new KeyRules(
            Set.of(
                    "in_channels",
                    "out_channels",
                    "latent_channels",
                    "block_out_channels",
                    "down_block_types",
                    "up_block_types",
                    "layers_per_block",
                    "norm_num_groups",
                    "scaling_factor",
                    "sample_size"),
            Map.ofEntries(
                    entry("act_fn", "\"silu\""),
                    entry("latents_mean", "null"),
                    entry("latents_std", "null"),
                    entry("mid_block_add_attention", "true"),
                    entry("shift_factor", "null"),
                    entry("use_post_quant_conv", "true"),
                    entry("use_quant_conv", "true")),
            Set.of("force_upcast"));

    public VaeConfig {
        blockOutChannels = List.copyOf(blockOutChannels);
    }

    /**
     * Takes the configuration from JSON.
     *
     * @throws ModelFormatException if it contradicts itself or asks for what is not supported
     */
    public static VaeConfig from(JsonFile json) {
        KEYS.check(json);
        List<Integer> channels = Fields.sizes(json, "block_out_channels", List.of(64));
        int groups = Fields.size(json, "norm_num_groups", 32);
        for (int channelsOfBlock : channels) {
            Fields.checkDivisible(json, "block_out_channels", channelsOfBlock, groups, "norm groups");
        }
        checkBlocks(json, "down_block_types", "DownEncoderBlock2D", channels.size());
        checkBlocks(json, "up_block_types", "UpDecoderBlock2D", channels.size());
        return new VaeConfig(
                Fields.size(json, "in_channels", 3),
                Fields.size(json, "out_channels", 3),
                Fields.size(json, "latent_channels", 4),
                channels,
                Fields.size(json, "layers_per_block", 1),
                groups,
                Fields.positive(json, "scaling_factor", 0.18215),
                Fields.side(json, "sample_size", 32));
    }

    private static void checkBlocks(JsonFile json, String key, String supported, int blocks) {
        Fields.wordPerBlock(json, key, blocks, Map.of(supported, supported), List.of(supported));
    }

    /** How many times smaller latents are than the picture: every block but the last halves the size. */
    public int scaleFactor() {
        return 1 << (blockOutChannels.size() - 1);
    }
}
