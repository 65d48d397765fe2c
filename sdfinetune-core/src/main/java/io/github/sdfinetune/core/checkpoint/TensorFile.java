package io.github.sdfinetune.core.checkpoint;

import io.github.sdfinetune.core.weights.SafetensorsFile;
import io.github.sdfinetune.core.weights.TorchFile;
import io.github.sdfinetune.core.weights.TorchValue.Dictionary;
import io.github.sdfinetune.core.weights.TorchValue.Whole;
import io.github.sdfinetune.core.weights.WeightEntry;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
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
    private static final int ZIP = 'P' | 'K' << 8 | 3 << 16 | 4 << 24;
    private static final int PICKLE = 0x80;

    TensorFile {
        entries = Collections.unmodifiableMap(entries);
    }

    /** Opens a safetensors file or one that was written by torch, whatever its name. */
    static TensorFile open(Path path) {
        return isTorch(path) ? torch(path) : safetensors(path);
    }

    /** A zip archive or a pickle, either of which would be a header of gigabytes in a safetensors file. */
    static boolean isTorch(Path path) {
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (InputStream stream = Files.newInputStream(path)) {
            byte[] start = stream.readNBytes(Long.BYTES);
            long number = start.length < Long.BYTES
                    ? 0
                    : ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
            return (int) number == ZIP || ((number & 0xff) == PICKLE && number >>> Integer.SIZE != 0);
        } catch (IOException e) {
            throw new ModelFormatException(path, null, "can't be read: " + e, e);
        }
    }

    private static TensorFile safetensors(Path path) {
        SafetensorsFile file = SafetensorsFile.open(path);
        return new TensorFile(path, byName(file.entries()), file.metadata(), OptionalLong.empty());
    }

    private static TensorFile torch(Path path) {
        TorchFile file = TorchFile.open(path);
        OptionalLong step = file.content() instanceof Dictionary content
                        && content.get("global_step").orElse(content) instanceof Whole whole
                ? OptionalLong.of(whole.value().longValue())
                : OptionalLong.empty();
        return new TensorFile(path, byName(file.entries()), Map.of(), step);
    }

    private static Map<String, WeightEntry> byName(Collection<WeightEntry> entries) {
        Map<String, WeightEntry> byName = new LinkedHashMap<>();
        entries.forEach(entry -> byName.put(entry.name(), entry));
        return byName;
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
