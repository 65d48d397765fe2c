package io.github.sdfinetune.lora;

import io.github.sdfinetune.core.layer.Layers;
import io.github.sdfinetune.core.layer.Layers.LayerShape;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the layers of a model by the names that files give them: with dots or underscores, and with the block numbers of diffusers
 * or of original checkpoints.
 */
final class LayerIndex {
    /** A layer of the model. */
    record Layer(String name, LayerShape shape) {}

    private static final Pattern IN_BLOCK = Pattern.compile(
            "unet\\.(?:(?<way>down|up)_blocks\\.(?<block>\\d+)|mid_block)\\.(?<kind>attentions|resnets)\\.(?<number>\\d+)\\.(?<rest>.+)");

    /** Layers before all blocks, in the checkpoints of CompVis and of SDXL. */
    private static final Map<String, String> EMBEDDINGS = Map.of(
            "unet.time_embedding.linear_1", "unet.time_embed.0",
            "unet.time_embedding.linear_2", "unet.time_embed.2",
            "unet.add_embedding.linear_1", "unet.label_emb.0.0",
            "unet.add_embedding.linear_2", "unet.label_emb.0.2");

    private static final Map<String, String> RESNET =
            Map.of("time_emb_proj", "emb_layers.1", "conv_shortcut", "skip_connection");

    private final Map<String, Layer> byFlatName = new HashMap<>();

    LayerIndex(Layers layers) {
        int layersPerBlock = layersPerBlock(layers);
        layers.byName().forEach((name, shape) -> {
            Layer layer = new Layer(name, shape);
            byFlatName.put(flat(name), layer);
            originalName(name, layersPerBlock).ifPresent(original -> byFlatName.put(flat(original), layer));
        });
    }

    /** The layer that a file names so. */
    Optional<Layer> find(String name) {
        return Optional.ofNullable(byFlatName.get(flat(name)));
    }

    private static String flat(String name) {
        return name.replace('.', '_');
    }

    /** Every down block has as many residual blocks as layers, and as many transformers if it has any. */
    private static int layersPerBlock(Layers layers) {
        return layers.byName().keySet().stream()
                .map(IN_BLOCK::matcher)
                .filter(layer -> layer.matches() && "down".equals(layer.group("way")))
                .mapToInt(layer -> Integer.parseInt(layer.group("number")) + 1)
                .max()
                .orElse(0);
    }

    /**
     * Where a layer stands in original checkpoints: their blocks are numbered through, after the first convolution on the way
     * down; each holds a residual block, the transformer after it, if there is one, and the last of each resolution the down- or
     * upsampler. This holds for all families; they differ in which blocks have transformers.
     */
    private static Optional<String> originalName(String layer, int layersPerBlock) {
        Matcher name = IN_BLOCK.matcher(layer);
        if (!name.matches()) {
            return Optional.ofNullable(EMBEDDINGS.get(layer));
        }
        boolean inTransformer = name.group("kind").equals("attentions");
        String rest = inTransformer ? name.group("rest") : RESNET.get(name.group("rest"));
        if (rest == null) {
            return Optional.empty();
        }
        int number = Integer.parseInt(name.group("number"));
        if (name.group("way") == null) {
            return Optional.of("unet.middle_block." + (inTransformer ? 1 : 2 * number) + "." + rest);
        }
        int place = Integer.parseInt(name.group("block")) * (layersPerBlock + 1) + number;
        String block = name.group("way").equals("down") ? "input_blocks." + (place + 1) : "output_blocks." + place;
        return Optional.of("unet." + block + (inTransformer ? ".1." : ".0.") + rest);
    }
}
