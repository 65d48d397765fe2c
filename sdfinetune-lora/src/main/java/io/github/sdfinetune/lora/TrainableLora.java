package io.github.sdfinetune.lora;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.TrainerConfig;
import io.github.sdfinetune.core.layer.LayerPatch;
import io.github.sdfinetune.core.layer.Layers;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.layer.TrainableAdapter;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Gradients;
import io.github.sdfinetune.core.tensor.NoiseSource;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A LoRA on the attention projections of a UNet while it is learned. It starts as diffusers' training scripts do ({@code
 * init_lora_weights="gaussian"}): {@code down} has a standard deviation of 1 / rank, {@code up} is zero.
 */
final class TrainableLora implements TrainableAdapter {
    private static final Pattern TARGETS = Pattern.compile("unet\\..+\\.attn[12]\\.to_(q|k|v|out\\.0)");

    private final TrainerConfig config;
    private final SortedMap<String, LoraPatch> byLayer;
    private final NoiseSource dropout;

    /**
     * Draws {@code down} of one layer after the other, sorted by the layers' names.
     *
     * @param arena owns the factors
     */
    static TrainableLora create(
            TrainerConfig config,
            Layers layers,
            Numerics numerics,
            NoiseSource initial,
            NoiseSource dropout,
            Arena arena) {
        SortedMap<String, LoraPatch> byLayer = new TreeMap<>();
        try (Scope scope = Scope.open()) {
            int rank = config.rank();
            new TreeMap<>(layers.byName()).forEach((layer, shape) -> {
                if (TARGETS.matcher(layer).matches()) {
                    Tensor down = initial.normal(rank, shape.in()).multiply(1.0 / rank);
                    Tensor up = Tensor.of(new float[Math.toIntExact(shape.out() * rank)], shape.out(), rank);
                    byLayer.put(
                            layer,
                            new LoraPatch(
                                    parameter(down, numerics, arena),
                                    parameter(up, numerics, arena),
                                    config.alpha() / rank));
                }
            });
        }
        if (byLayer.isEmpty()) {
            throw new IllegalArgumentException(
                    "none of the " + layers.byName().size() + " layers is an attention projection");
        }
        return new TrainableLora(config, byLayer, dropout);
    }

    private static Tensor parameter(Tensor values, Numerics numerics, Arena arena) {
        return arena.adopt(Gradients.parameter(values.to(numerics.device())));
    }

    private TrainableLora(TrainerConfig config, SortedMap<String, LoraPatch> byLayer, NoiseSource dropout) {
        this.config = config;
        this.byLayer = byLayer;
        this.dropout = dropout;
    }

    @Override
    public Patches patches() {
        return Patches.of(changes());
    }

    Map<String, LayerPatch> changes() {
        Map<String, LayerPatch> changes = new LinkedHashMap<>(byLayer);
        double probability = config.dropout();
        if (probability > 0) {
            changes.replaceAll(
                    (layer, patch) -> (input, output) -> patch.apply(dropout.dropout(input, probability), output));
        }
        return changes;
    }

    @Override
    public List<Tensor> parameters() {
        List<Tensor> parameters = new ArrayList<>();
        byLayer.values().forEach(patch -> {
            parameters.add(patch.down());
            parameters.add(patch.up());
        });
        return parameters;
    }

    @Override
    public Adapter snapshot(Map<String, String> metadata) {
        List<LoraModule> modules = new ArrayList<>();
        byLayer.forEach((layer, patch) -> modules.add(new LoraModule(
                layer,
                Matrix.of(patch.down()),
                Matrix.of(patch.up()),
                config.alpha(),
                false,
                List.of(DiffusersLayout.downKey(layer), DiffusersLayout.upKey(layer)))));
        return new LoraAdapter(Path.of(config.name()), config.dropout(), metadata, modules);
    }
}
