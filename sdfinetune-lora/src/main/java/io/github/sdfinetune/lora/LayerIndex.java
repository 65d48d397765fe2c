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

    private static final Pattern IN_TRANSFORMER =
            Pattern.compile("unet\\.(?:(down|up)_blocks\\.(\\d+)|mid_block)\\.attentions\\.(\\d+)\\.(.+)");

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

    /** Every down block that has transformers has as many as layers. */
    private static int layersPerBlock(Layers layers) {
        return layers.byName().keySet().stream()
                .map(IN_TRANSFORMER::matcher)
                .filter(layer -> layer.matches() && "down".equals(layer.group(1)))
                .mapToInt(layer -> Integer.parseInt(layer.group(3)) + 1)
                .max()
                .orElse(0);
    }

    /**
     * Where a layer of a transformer stands in the checkpoints of CompVis: their blocks are numbered through, after the first
     * convolution on the way down; the last block of each resolution holds the down- or upsampler, on the way up together with the
     * transformer.
     */
    private static Optional<String> originalName(String layer, int layersPerBlock) {
        Matcher name = IN_TRANSFORMER.matcher(layer);
        if (!name.matches()) {
            return Optional.empty();
        }
        String rest = ".1." + name.group(4);
        if (name.group(1) == null) {
            return Optional.of("unet.middle_block" + rest);
        }
        int number = Integer.parseInt(name.group(2)) * (layersPerBlock + 1) + Integer.parseInt(name.group(3));
        return Optional.of(
                name.group(1).equals("down")
                        ? "unet.input_blocks." + (number + 1) + rest
                        : "unet.output_blocks." + number + rest);
    }
}
