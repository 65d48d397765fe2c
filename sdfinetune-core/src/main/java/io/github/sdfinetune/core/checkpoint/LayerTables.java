package io.github.sdfinetune.core.checkpoint;

import io.github.sdfinetune.core.checkpoint.UNetBlocks.Block;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The tables of the components. The original names are those of CompVis' latent-diffusion and of OpenAI's and LAION's CLIP. */
final class LayerTables {
    private static final Map<String, String> ENCODER_ENDS = Map.of(
            "time_embed.0", "time_embedding.linear_1",
            "time_embed.2", "time_embedding.linear_2",
            "label_emb.0.0", "add_embedding.linear_1",
            "label_emb.0.2", "add_embedding.linear_2",
            "input_blocks.0.0", "conv_in",
            "middle_block.1", "mid_block.attentions.0");

    private static final Map<String, String> UNET_RESNET = Map.of(
            "in_layers.0", "norm1",
            "in_layers.2", "conv1",
            "emb_layers.1", "time_emb_proj",
            "out_layers.0", "norm2",
            "out_layers.3", "conv2",
            "skip_connection", "conv_shortcut");

    private static final Map<String, String> VAE_RESNET = Map.of(
            "norm1", "norm1",
            "conv1", "conv1",
            "norm2", "norm2",
            "conv2", "conv2",
            "nin_shortcut", "conv_shortcut");

    private static final Map<String, String> VAE_ATTENTION =
            Map.of("q", "to_q", "k", "to_k", "v", "to_v", "proj_out", "to_out.0");

    /** The names of diffusers up to 0.17. */
    private static final Map<String, String> OLD_VAE_ATTENTION =
            Map.of("q", "query", "k", "key", "v", "value", "proj_out", "proj_attn");

    private static final Map<String, String> OPEN_CLIP_LAYER = Map.of(
            "ln_1", "layer_norm1",
            "ln_2", "layer_norm2",
            "attn.out_proj", "self_attn.out_proj",
            "mlp.c_fc", "mlp.fc1",
            "mlp.c_proj", "mlp.fc2");

    private static final String TEXT_MODEL = "text_model.";

    private LayerTables() {}

    static LayerTable unet(UNetBlocks blocks) {
        LayerTable table = new LayerTable();
        addEncoder(table, blocks.down());
        table.add("out.0", "conv_norm_out");
        table.add("out.2", "conv_out");
        int layer = 0;
        for (int i = 0; i < blocks.up().size(); i++) {
            Block block = blocks.up().get(i);
            for (int j = 0; j < block.resnets(); j++) {
                addPair(table, "output_blocks." + layer++, "up_blocks." + i, j);
            }
            if (block.sampler()) {
                String sampler = "output_blocks." + (layer - 1) + (block.attention() ? ".2" : ".1") + ".conv";
                table.add(sampler, "up_blocks." + i + ".upsamplers.0.conv");
            }
        }
        return table;
    }

    /**
     * A ControlNet: a UNet's encoder, what comes from the control picture, and what goes to the UNet.
     *
     * @param hints convolutions of the control picture; between them stand activations, which count as layers in the original
     */
    static LayerTable controlNet(UNetBlocks blocks, int hints) {
        LayerTable table = new LayerTable();
        int skips = addEncoder(table, blocks.down());
        for (int i = 0; i < hints; i++) {
            String name = i == 0 ? "conv_in" : i == hints - 1 ? "conv_out" : "blocks." + (i - 1);
            table.add("input_hint_block." + 2 * i, "controlnet_cond_embedding." + name);
        }
        for (int i = 0; i < skips; i++) {
            table.add("zero_convs." + i + ".0", "controlnet_down_blocks." + i);
        }
        table.add("middle_block_out.0", "controlnet_mid_block");
        return table;
    }

    /** The way down and the middle; returns how many blocks there are in the original, which count ResNet blocks and samplers. */
    private static int addEncoder(LayerTable table, List<Block> down) {
        ENCODER_ENDS.forEach(table::add);
        addAll(table, "middle_block.0", "mid_block.resnets.0", UNET_RESNET);
        addAll(table, "middle_block.2", "mid_block.resnets.1", UNET_RESNET);
        int layer = 1;
        for (int i = 0; i < down.size(); i++) {
            Block block = down.get(i);
            for (int j = 0; j < block.resnets(); j++) {
                addPair(table, "input_blocks." + layer++, "down_blocks." + i, j);
            }
            if (block.sampler()) {
                table.add("input_blocks." + layer++ + ".0.op", "down_blocks." + i + ".downsamplers.0.conv");
            }
        }
        return layer;
    }

    /** A ResNet block and the transformer behind it. */
    private static void addPair(LayerTable table, String original, String block, int index) {
        addAll(table, original + ".0", block + ".resnets." + index, UNET_RESNET);
        table.add(original + ".1", block + ".attentions." + index);
    }

    /**
     * The VAE, whose decoder counts its blocks from the picture in the original and from the latents in diffusers.
     *
     * @param blocks of the encoder, and of the decoder
     * @param resnets the most that a block has
     */
    static LayerTable vae(int blocks, int resnets) {
        LayerTable table = new LayerTable();
        table.add("quant_conv", "quant_conv");
        table.add("post_quant_conv", "post_quant_conv");
        for (String half : List.of("encoder", "decoder")) {
            table.add(half + ".conv_in", half + ".conv_in");
            table.add(half + ".norm_out", half + ".conv_norm_out");
            table.add(half + ".conv_out", half + ".conv_out");
            addAll(table, half + ".mid.block_1", half + ".mid_block.resnets.0", VAE_RESNET);
            addAll(table, half + ".mid.block_2", half + ".mid_block.resnets.1", VAE_RESNET);
            addVaeAttention(table, half + ".mid.attn_1", half + ".mid_block.attentions.0");
        }
        for (int i = 0; i < blocks; i++) {
            String down = "encoder.down." + i;
            String up = "decoder.up." + (blocks - 1 - i);
            for (int j = 0; j < resnets; j++) {
                addAll(table, down + ".block." + j, "encoder.down_blocks." + i + ".resnets." + j, VAE_RESNET);
                addAll(table, up + ".block." + j, "decoder.up_blocks." + i + ".resnets." + j, VAE_RESNET);
            }
            table.add(down + ".downsample.conv", "encoder.down_blocks." + i + ".downsamplers.0.conv");
            table.add(up + ".upsample.conv", "decoder.up_blocks." + i + ".upsamplers.0.conv");
        }
        return table;
    }

    private static void addVaeAttention(LayerTable table, String original, String diffusers) {
        table.add(original + ".norm", diffusers + ".group_norm");
        VAE_ATTENTION.forEach((from, to) -> {
            table.add(original + "." + from + ".bias", diffusers + "." + to + ".bias");
            table.add(
                    original + "." + from + ".weight",
                    List.of(diffusers + "." + to + ".weight"),
                    Operation.LINEAR_TO_CONV1X1);
        });
        OLD_VAE_ATTENTION.forEach((from, to) -> {
            table.alsoOfDiffusers(KeyMapping.renamed(original + "." + from + ".bias", diffusers + "." + to + ".bias"));
            table.alsoOfDiffusers(new KeyMapping(
                    original + "." + from + ".weight",
                    List.of(diffusers + "." + to + ".weight"),
                    Operation.LINEAR_TO_CONV1X1));
        });
    }

    /** OpenAI's CLIP, which has the same names in both layouts. */
    static LayerTable clip() {
        LayerTable table = new LayerTable();
        for (String part : List.of("embeddings", "encoder", "final_layer_norm")) {
            table.add(TEXT_MODEL + part, TEXT_MODEL + part);
            table.alsoOfDiffusers(new KeyMapping(TEXT_MODEL + part, List.of(part), Operation.NONE));
            table.alsoOriginal(part, TEXT_MODEL + part);
        }
        return table;
    }

    /**
     * LAION's CLIP.
     *
     * @param layers that are used
     * @param projection whether the model has one
     */
    static LayerTable openClip(int layers, boolean projection) {
        LayerTable table = new LayerTable();
        table.add("token_embedding", TEXT_MODEL + "embeddings.token_embedding");
        table.add("positional_embedding", TEXT_MODEL + "embeddings.position_embedding.weight");
        table.add("ln_final", TEXT_MODEL + "final_layer_norm");
        for (int i = 0; i < layers; i++) {
            String original = "transformer.resblocks." + i;
            String diffusers = TEXT_MODEL + "encoder.layers." + i;
            addAll(table, original, diffusers, OPEN_CLIP_LAYER);
            for (String tensor : List.of("weight", "bias")) {
                List<String> projections = Stream.of("q", "k", "v")
                        .map(name -> diffusers + ".self_attn." + name + "_proj." + tensor)
                        .toList();
                table.add(original + ".attn.in_proj_" + tensor, projections, Operation.CONCAT_Q_K_V_DIM0);
            }
        }
        alsoWithoutPrefix(table);
        if (projection) {
            table.add("text_projection", List.of("text_projection.weight"), Operation.TRANSPOSE);
        }
        return table;
    }

    /** transformers from 5.6 on leaves the prefix out. */
    private static void alsoWithoutPrefix(LayerTable table) {
        for (KeyMapping line : table.lines()) {
            List<String> names = line.diffusers().stream()
                    .map(name -> name.substring(TEXT_MODEL.length()))
                    .toList();
            table.alsoOfDiffusers(new KeyMapping(line.original(), names, line.operation()));
        }
    }

    private static void addAll(LayerTable table, String original, String diffusers, Map<String, String> parts) {
        parts.forEach((from, to) -> table.add(original + "." + from, diffusers + "." + to));
    }
}
