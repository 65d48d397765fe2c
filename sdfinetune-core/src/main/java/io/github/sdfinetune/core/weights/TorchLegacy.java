package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.core.weights.OpenedFile.Range;
import io.github.sdfinetune.core.weights.TorchValue.Dictionary;
import io.github.sdfinetune.core.weights.TorchValue.None;
import io.github.sdfinetune.core.weights.TorchValue.Sequence;
import io.github.sdfinetune.core.weights.TorchValue.Text;
import io.github.sdfinetune.core.weights.TorchValue.Truth;
import io.github.sdfinetune.core.weights.TorchValue.Whole;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The form of torch files before 1.6: five pickles one after the other (a magic number, the version, properties of the machine,
 * the content, the keys of the storages), then each storage as its number of elements and their bytes.
 */
final class TorchLegacy {
    private static final Whole MAGIC = new Whole(new BigInteger("1950a86a20f9469cfc6c", 16));
    private static final Whole VERSION = new Whole(BigInteger.valueOf(1001));

    private final OpenedFile file;
    private final ByteBuffer pickles;
    private final Budget budget;
    private final TorchObjects objects;

    private TorchLegacy(OpenedFile file, ReadLimits limits) throws IOException {
        this.file = file;
        this.pickles = file.map(new Range(0, Math.min(file.size(), limits.headerBytes())));
        this.budget = new Budget(file.path(), limits.values());
        this.objects = new TorchObjects(file.path(), limits, budget);
    }

    static TorchValue read(OpenedFile file, ReadLimits limits) throws IOException {
        return new TorchLegacy(file, limits).read();
    }

    private TorchValue read() throws IOException {
        if (!next().equals(MAGIC)) {
            throw fault("is no torch file: its first pickle is not torch's magic number");
        }
        if (!next().equals(VERSION)) {
            throw fault("has another version of the old torch format than 1001");
        }
        ByteOrder order = byteOrder(next());
        TorchValue content = next();
        if (!(next() instanceof Sequence keys)) {
            throw fault("has no list of storages behind its content");
        }
        fill(keys.items(), order);
        return content;
    }

    private TorchValue next() {
        return Pickle.read(file.path(), pickles, objects, budget);
    }

    private ByteOrder byteOrder(TorchValue machine) {
        if (machine instanceof Dictionary properties
                && properties.get("little_endian").orElse(None.NONE) instanceof Truth isLittleEndian) {
            return isLittleEndian.value() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        }
        throw fault("does not say whether it is 'little_endian'");
    }

    private void fill(List<TorchValue> keys, ByteOrder order) throws IOException {
        Map<Text, TorchStorage> left = new HashMap<>();
        objects.storages().forEach(storage -> left.put(new Text(storage.key()), storage));
        List<TorchStorage> storages = new ArrayList<>();
        List<Range> ranges = new ArrayList<>();
        long position = pickles.position();
        for (TorchValue key : keys) {
            TorchStorage storage = key instanceof Text ? left.remove(key) : null;
            if (storage == null) {
                throw fault("lists a storage that its content does not mention, or one twice");
            }
            position = begin(storage, position, order);
            storages.add(storage);
            ranges.add(new Range(position, position + storage.bytes()));
            position += storage.bytes();
        }
        if (!left.isEmpty()) {
            throw left.values().iterator().next().fault("is missing in the file");
        }
        List<ByteBuffer> data = file.map(ranges);
        for (int i = 0; i < data.size(); i++) {
            storages.get(i).fill(data.get(i).order(order));
        }
    }

    private long begin(TorchStorage storage, long position, ByteOrder order) throws IOException {
        long begin = position + Long.BYTES;
        if (begin + storage.bytes() > file.size()) {
            throw storage.fault("is cut off");
        }
        long elements = file.bytes(position, Long.BYTES).order(order).getLong();
        if (elements != storage.elements()) {
            throw storage.fault("has " + elements + " elements, its content says " + storage.elements());
        }
        return begin;
    }

    private ModelFormatException fault(String problem) {
        return new ModelFormatException(file.path(), problem);
    }
}
