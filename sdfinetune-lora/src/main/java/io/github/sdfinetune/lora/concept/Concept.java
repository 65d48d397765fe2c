package io.github.sdfinetune.lora.concept;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterFormat;
import io.github.sdfinetune.core.file.LazyHash;
import io.github.sdfinetune.core.file.Sha256;
import io.github.sdfinetune.core.layer.LearnedWord;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.SafetensorsWriter;
import io.github.sdfinetune.core.weights.TensorSource;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A learned word. */
public final class Concept implements Adapter {
    private final Path file;
    private final String word;
    private final SortedMap<TextEncoderKey, Vectors> vectors;
    private final LazyHash hash = new LazyHash(this::computedHash);

    /** @param vectors for at least one text encoder, equally many for each */
    Concept(Path file, String word, SortedMap<TextEncoderKey, Vectors> vectors) {
        this.file = file;
        this.word = word;
        this.vectors = vectors;
    }

    /** The word. */
    @Override
    public String name() {
        return word;
    }

    @Override
    public String hash() {
        return hash.get();
    }

    private String computedHash() {
        Sha256 sum = new Sha256();
        vectors.forEach((encoder, some) ->
                sum.add(encoder.key()).add(Integer.toString(some.count())).add(some.values()));
        return sum.hex();
    }

    @Override
    public Map<String, String> metadata() {
        return Map.of();
    }

    /**
     * The word for the core.
     *
     * @param scale times which the vectors are taken
     */
    public Patches bind(double scale) {
        Map<String, Tensor> byEncoder = new HashMap<>();
        vectors.forEach((encoder, some) -> byEncoder.put(encoder.component(), some.scaled(scale)));
        return Patches.of(new LearnedWord(file, word, byEncoder));
    }

    Map<TextEncoderKey, Vectors> vectors() {
        return vectors;
    }

    /** The vectors for two text encoders have the same keys in every program. */
    @Override
    public void save(Path target, AdapterFormat format) {
        String single = switch (format) {
            case DIFFUSERS -> word;
            case KOHYA -> ConceptFile.KOHYA_KEY;
        };
        Map<String, TensorSource> tensors = new TreeMap<>();
        vectors.forEach((encoder, some) -> tensors.put(vectors.size() == 1 ? single : encoder.key(), some.source()));
        SafetensorsWriter.write(target, tensors, Map.of());
    }
}
