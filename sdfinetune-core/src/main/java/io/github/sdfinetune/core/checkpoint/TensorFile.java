package io.github.sdfinetune.core.checkpoint;

import io.github.sdfinetune.core.weights.TorchFile;
import io.github.sdfinetune.core.weights.TorchValue.Dictionary;
import io.github.sdfinetune.core.weights.TorchValue.Whole;
import io.github.sdfinetune.core.weights.WeightEntry;
import io.github.sdfinetune.core.weights.WeightFile;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A file of named tensors, in whichever format.
 *
 * @param metadata of a safetensors header
 * @param globalStep at which the training that wrote it stood, if it says so
 */
public record TensorFile(
        Path path, Map<String, WeightEntry> entries, Map<String, String> metadata, OptionalLong globalStep) {
    private static final int MOST_LISTED = 10;

    public TensorFile {
        entries = Collections.unmodifiableMap(entries);
    }

    /** Opens a safetensors file or one that was written by torch, whatever its name. */
    public static TensorFile open(Path path) {
        WeightFile file = WeightFile.open(path);
        OptionalLong step = file instanceof TorchFile torch ? globalStep(torch) : OptionalLong.empty();
        return new TensorFile(path, byName(file.entries()), file.metadata(), step);
    }

    private static OptionalLong globalStep(TorchFile file) {
        return file.content() instanceof Dictionary content
                        && content.get("global_step").orElse(content) instanceof Whole whole
                ? OptionalLong.of(whole.value().longValue())
                : OptionalLong.empty();
    }

    private static Map<String, WeightEntry> byName(Collection<WeightEntry> entries) {
        Map<String, WeightEntry> byName = new LinkedHashMap<>();
        entries.forEach(entry -> byName.put(entry.name(), entry));
        return byName;
    }

    /** The tensors' names, in the order of the file. */
    public Set<String> names() {
        return entries.keySet();
    }

    /**
     * Says of tensors that there is no use for them, if there are any.
     *
     * @param network that they should belong to
     */
    void refuse(List<String> unknown, String network) {
        if (!unknown.isEmpty()) {
            throw new ModelFormatException(
                    path,
                    unknown.get(0),
                    unknown.size() + " of " + entries.size() + " tensors belong to no layer of " + network + ": "
                            + String.join(", ", unknown.subList(0, Math.min(MOST_LISTED, unknown.size())))
                            + (unknown.size() > MOST_LISTED ? ", …" : ""));
        }
    }

    /** Says that there are no variants of a file, if one is wanted. */
    void refuse(Optional<String> variant) {
        variant.ifPresent(name -> {
            throw new ModelFormatException(
                    path, "is one file and has no variant \"" + name + "\"; variants are files of a folder");
        });
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
