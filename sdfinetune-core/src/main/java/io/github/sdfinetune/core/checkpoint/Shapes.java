package io.github.sdfinetune.core.checkpoint;

import io.github.sdfinetune.core.weights.WeightEntry;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The sizes of a network, read off the shapes of its tensors.
 *
 * @param path of the file that holds them
 * @param entries by their names in diffusers' layout
 */
record Shapes(Path path, Map<String, WeightEntry> entries) {

    Set<String> names() {
        return entries.keySet();
    }

    boolean has(String name) {
        return entries.containsKey(name);
    }

    /** One dimension of a tensor that must be there. */
    int size(String name, int dimension) {
        List<Long> shape = entry(name).shape();
        if (dimension >= shape.size() || shape.get(dimension) > Integer.MAX_VALUE) {
            throw entry(name).fault("has shape " + shape + ", no such tensor of Stable Diffusion has");
        }
        return shape.get(dimension).intValue();
    }

    int dimensions(String name) {
        return entry(name).shape().size();
    }

    private WeightEntry entry(String name) {
        WeightEntry entry = entries.get(name);
        if (entry == null) {
            throw new ModelFormatException(path, name, "has no tensor that becomes '" + name + "' of diffusers");
        }
        return entry;
    }

    /** How many numbered layers there are, counted by a tensor that each of them has. */
    int count(String before, String after) {
        int count = 0;
        while (has(before + count + after)) {
            count++;
        }
        return count;
    }

    /** A size that must be a multiple for the rest of the configuration to follow from it. */
    int multiple(String name, int dimension, int divisor) {
        int size = size(name, dimension);
        if (size == 0 || size % divisor != 0) {
            throw new ModelFormatException(
                    path,
                    name,
                    "has " + size + " channels in '" + name + "', published models have multiples of " + divisor
                            + ": its configuration can't be told from the file, give a folder in diffusers' layout to"
                            + " take it from (LoadOptions.configs)");
        }
        return size;
    }
}
