package io.github.sdfinetune.lora;

import static java.util.Locale.ROOT;

import io.github.sdfinetune.core.layer.Layers;
import io.github.sdfinetune.core.layer.Layers.Kind;
import io.github.sdfinetune.core.layer.Layers.LayerShape;
import io.github.sdfinetune.error.ModelFormatException;
import io.github.sdfinetune.lora.LayerIndex.Layer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Matches the modules of an adapter with the layers of a model. */
final class LoraBinding {
    private final LoraAdapter adapter;
    private final String family;
    private final Map<String, LoraModule> byLayer = new LinkedHashMap<>();
    private final List<String> unmatched = new ArrayList<>();
    private final List<String> repeated = new ArrayList<>();
    private final List<String> convolutions = new ArrayList<>();
    private final List<String> misshapen = new ArrayList<>();

    private LoraBinding(LoraAdapter adapter, String family) {
        this.adapter = adapter;
        this.family = family;
    }

    /**
     * The modules by the names of the model's layers.
     *
     * @param family of the model, for messages
     * @throws ModelFormatException if any has no layer, or one of another shape
     */
    static Map<String, LoraModule> match(LoraAdapter adapter, String family, Layers layers) {
        LoraBinding binding = new LoraBinding(adapter, family);
        LayerIndex index = new LayerIndex(layers);
        for (LoraModule module : adapter.modules()) {
            index.find(module.layer())
                    .ifPresentOrElse(
                            layer -> binding.add(layer, module), () -> binding.unmatched.addAll(module.keys()));
        }
        binding.refuse(binding.unmatched, "%d of %d keys match no layer of this model (%s); the first: ");
        binding.refuse(
                binding.repeated, "%d of %d keys belong to layers that other keys belong to as well; the first: ");
        binding.refuse(
                binding.convolutions,
                "convolution layers are not supported yet, but %d of %d keys belong to some; the first: ");
        binding.refuse(
                binding.misshapen, "%d of %d keys have other shapes than the layers of this model (%s); the first: ");
        return binding.byLayer;
    }

    private void add(Layer layer, LoraModule module) {
        LayerShape shape = layer.shape();
        Matrix down = module.down();
        Matrix up = module.up();
        if (shape.kind() == Kind.CONVOLUTION) {
            convolutions.addAll(module.keys());
        } else if (down.columns() != shape.in() || up.rows() != shape.out()) {
            misshapen.add(String.format(
                    ROOT,
                    "%s (%d to %d features, expected %d to %d)",
                    module.keys().get(0),
                    down.columns(),
                    up.rows(),
                    shape.in(),
                    shape.out()));
        } else if (byLayer.put(layer.name(), module) != null) {
            repeated.addAll(module.keys());
        }
    }

    /** @param problem a format of keys concerned, all keys, and the model's family */
    private void refuse(List<String> keys, String problem) {
        if (!keys.isEmpty()) {
            int all = adapter.modules().stream()
                    .mapToInt(module -> module.keys().size())
                    .sum();
            String madeFor = BaseFamily.of(adapter)
                    .map(base -> " (looks like a LoRA for " + base.label() + ")")
                    .orElse("");
            throw new ModelFormatException(
                    adapter.file(),
                    String.format(ROOT, problem, keys.size(), all, family) + Listing.first(keys) + madeFor);
        }
    }
}
