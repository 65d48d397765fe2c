package io.github.sdfinetune.lora;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.TrainerConfig;
import io.github.sdfinetune.core.layer.AdaptedModel;
import io.github.sdfinetune.core.layer.AdapterProvider;
import io.github.sdfinetune.core.layer.AdapterScale;
import io.github.sdfinetune.core.layer.Layers;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.layer.TrainableAdapter;
import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.NoiseSource;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.weights.WeightFile;
import io.github.sdfinetune.lora.concept.Concept;
import io.github.sdfinetune.lora.concept.ConceptFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Gives the core its adapters; found with {@link java.util.ServiceLoader}, of no interest to applications. */
public final class LoraAdapterProvider implements AdapterProvider {

    @Override
    public Adapter load(Path file) {
        if (Files.isDirectory(file)) {
            return AdapterFile.read(file);
        }
        WeightFile weights = WeightFile.open(file);
        return ConceptFile.isConcept(weights)
                ? ConceptFile.read(weights)
                : AdapterFile.of(weights).read();
    }

    /** The few vectors of a word are read; it is their numbers that may be refused. */
    @Override
    public Optional<String> check(Path file) {
        if (Files.isDirectory(file)) {
            AdapterFile.open(file).check();
            return Optional.empty();
        }
        WeightFile weights = WeightFile.open(file);
        if (ConceptFile.isConcept(weights)) {
            return Optional.of(ConceptFile.read(weights).name());
        }
        AdapterFile.of(weights).check();
        return Optional.empty();
    }

    @Override
    public Patches bind(Adapter adapter, AdapterScale scale, AdaptedModel model) {
        if (adapter instanceof Concept concept) {
            return concept.bind(scale.textEncoder());
        }
        if (!(adapter instanceof LoraAdapter lora)) {
            throw new IllegalArgumentException("the adapter " + adapter.name() + " is a "
                    + adapter.getClass().getName() + ", expected one that was loaded or trained here");
        }
        Map<String, LoraPatch> patches = new LinkedHashMap<>();
        LoraBinding.match(lora, model.family(), model.layers())
                .forEach(
                        (layer, module) -> patches.put(layer, LoraPatch.of(module, scale.of(layer), model.numerics())));
        return Patches.of(patches);
    }

    @Override
    public TrainableAdapter create(
            TrainerConfig config,
            Layers layers,
            Numerics numerics,
            NoiseSource initial,
            NoiseSource dropout,
            Arena arena) {
        return TrainableLora.create(config, layers, numerics, initial, dropout, arena);
    }
}
