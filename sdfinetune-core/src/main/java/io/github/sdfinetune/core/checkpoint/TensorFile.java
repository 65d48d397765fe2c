package io.github.sdfinetune.core.checkpoint;

import io.github.sdfinetune.core.weights.SafetensorsFile;
import io.github.sdfinetune.core.weights.WeightEntry;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A file of named tensors, in whichever format.
 *
 * @param metadata of a safetensors header
 * @param globalStep at which the training that wrote it stood, if it says so
 */
record TensorFile(Path path, Map<String, WeightEntry> entries, Map<String, String> metadata, OptionalLong globalStep) {
    TensorFile {
        entries = Collections.unmodifiableMap(entries);
    }

    static TensorFile open(Path path) {
        SafetensorsFile file = SafetensorsFile.open(path);
        Map<String, WeightEntry> entries = new LinkedHashMap<>();
        file.entries().forEach(entry -> entries.put(entry.name(), entry));
        return new TensorFile(path, entries, file.metadata(), OptionalLong.empty());
    }

    Set<String> names() {
        return entries.keySet();
    }

    /** A tensor that must be there. */
    WeightEntry entry(String name) {
        WeightEntry entry = entries.get(name);
        if (entry == null) {
            throw new ModelFormatException(path, name, "has no tensor '" + name + "'");
        }
        return entry;
    }
}
