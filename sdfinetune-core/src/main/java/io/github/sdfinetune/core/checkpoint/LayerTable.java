package io.github.sdfinetune.core.checkpoint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which layer of the original layout is which of diffusers', for one component; a line stands for all tensors of its layer. */
final class LayerTable {
    private final Map<String, KeyMapping> byOriginal = new HashMap<>();
    private final Map<String, KeyMapping> byDiffusers = new HashMap<>();

    void add(String original, String diffusers) {
        add(KeyMapping.renamed(original, diffusers));
    }

    void add(String original, List<String> diffusers, Operation operation) {
        add(new KeyMapping(original, diffusers, operation));
    }

    private void add(KeyMapping mapping) {
        byOriginal.put(mapping.original(), mapping);
        alsoOfDiffusers(mapping);
    }

    /** Another name that files of the original layout have for a layer. */
    void alsoOriginal(String original, String diffusers) {
        byOriginal.put(original, KeyMapping.renamed(original, diffusers));
    }

    /** Other names that diffusers' files have for a layer. */
    void alsoOfDiffusers(KeyMapping mapping) {
        mapping.diffusers().forEach(name -> byDiffusers.put(name, mapping));
    }

    /** The lines so far. */
    List<KeyMapping> lines() {
        return List.copyOf(byOriginal.values());
    }

    /** The mapping of a tensor by its name in the original layout, without the component's prefix. */
    Optional<KeyMapping> ofOriginal(String key) {
        return find(byOriginal, key);
    }

    /** The mapping that a tensor of diffusers is part of. */
    Optional<KeyMapping> ofDiffusers(String key) {
        return find(byDiffusers, key);
    }

    /** The line of the tensor itself, or of the nearest layer around it. */
    private static Optional<KeyMapping> find(Map<String, KeyMapping> lines, String key) {
        for (int end = key.length(); end > 0; end = key.lastIndexOf('.', end - 1)) {
            @Nullable KeyMapping line = lines.get(key.substring(0, end));
            if (line != null) {
                return Optional.of(line.below(key.substring(end)));
            }
        }
        return Optional.empty();
    }
}
