package io.github.sdfinetune.lora;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterFormat;
import io.github.sdfinetune.core.file.LazyHash;
import io.github.sdfinetune.core.file.Sha256;
import io.github.sdfinetune.core.weights.WeightFile;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A LoRA. */
final class LoraAdapter implements Adapter {
    private final Path file;
    private final double dropout;
    private final Map<String, String> metadata;
    private final List<LoraModule> modules;
    private final LazyHash hash = new LazyHash(this::computedHash);

    /**
     * @param file where it came from, for messages
     * @param dropout with which it was trained
     * @param modules at least one, sorted by layer
     */
    LoraAdapter(Path file, double dropout, Map<String, String> metadata, List<LoraModule> modules) {
        if (modules.isEmpty()) {
            throw new IllegalArgumentException("an adapter without a module");
        }
        this.file = file;
        this.dropout = dropout;
        this.metadata = Map.copyOf(metadata);
        this.modules = List.copyOf(modules);
    }

    Path file() {
        return file;
    }

    double dropout() {
        return dropout;
    }

    List<LoraModule> modules() {
        return modules;
    }

    @Override
    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public String name() {
        return WeightFile.baseName(file);
    }

    @Override
    public String hash() {
        return hash.get();
    }

    /** By kohya's names, because what they are made from can't always be told from them; alpha as the files hold it. */
    private String computedHash() {
        Sha256 sum = new Sha256();
        modules.stream()
                .sorted(Comparator.comparing(module -> KohyaNames.of(module.layer())))
                .forEach(module -> sum.add(KohyaNames.of(module.layer()))
                        .add(module.rank() + " " + (float) module.alpha())
                        .add(module.down().values())
                        .add(module.up().values()));
        return sum.hex();
    }

    @Override
    public void save(Path target, AdapterFormat format) {
        switch (format) {
            case DIFFUSERS -> DiffusersLayout.write(this, target);
            case KOHYA -> KohyaLayout.write(this, target);
        }
    }
}
