package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.core.weights.TorchValue.Dictionary;
import io.github.sdfinetune.core.weights.TorchValue.None;
import io.github.sdfinetune.core.weights.TorchValue.Sequence;
import io.github.sdfinetune.core.weights.TorchValue.Tensor;
import io.github.sdfinetune.core.weights.TorchValue.Text;
import io.github.sdfinetune.core.weights.TorchValue.Whole;
import io.github.sdfinetune.error.CancelledException;
import io.github.sdfinetune.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A file written by {@code torch.save} ({@code .ckpt}, {@code .pt}, {@code .pth}, {@code .bin}), in the zip form or the older one.
 * Such a file holds a pickle, a program that Python runs and that can do anything there; here nothing of it is executed. It may
 * name what tensors are made of, and a file that names anything else is refused. Tensors are mapped from the file, those of one
 * storage share it, and a strided one is put in order when it is asked for. Immutable; there is nothing to close.
 *
 * <p>{@link #content} is everything that the file holds. {@link #entries} are its tensors: of the dictionary that the file is, or of
 * the one under {@code state_dict} if it has one; names of nested dictionaries and places in lists are joined by dots.
 */
public final class TorchFile implements WeightFile {
    private static final int ZIP = 'P' | 'K' << 8 | 3 << 16 | 4 << 24;
    private static final int PROTOCOL = 0x80;

    private final Path path;
    private final TorchValue content;
    private final ReadLimits limits;
    private final Map<String, WeightEntry> entries = new LinkedHashMap<>();

    private TorchFile(Path path, TorchValue content, ReadLimits limits) {
        this.path = path;
        this.content = content;
        this.limits = limits;
        check(content, 0, new Budget(path, limits.values()));
        flatten("", stateOf(content), new Budget(path, limits.values()));
    }

    /**
     * Opens a file under the usual limits.
     *
     * @throws ModelFormatException if it is missing, damaged, lies about its content, or names what no tensor needs
     * @throws CancelledException if the thread is interrupted, whose flag stays set
     */
    public static TorchFile open(Path path) {
        return open(path, ReadLimits.defaults());
    }

    /** Opens a file under given limits. */
    public static TorchFile open(Path path, ReadLimits limits) {
        return OpenedFile.read(path, "torch file", file -> new TorchFile(path, read(file, limits), limits));
    }

    private static TorchValue read(OpenedFile file, ReadLimits limits) throws IOException {
        int start = start(file);
        if (start == ZIP) {
            return TorchZip.read(file, limits);
        }
        if ((start & 0xff) == PROTOCOL) {
            return TorchLegacy.read(file, limits);
        }
        throw new ModelFormatException(
                file.path(), "is no torch file: it begins neither like a zip archive nor like a pickle");
    }

    private static int start(OpenedFile file) throws IOException {
        return file.size() < Integer.BYTES ? 0 : file.bytes(0, Integer.BYTES).getInt();
    }

    /** Whether a file begins like one of torch's; in a safetensors file these bytes would be a header of 64 MB or more. */
    static boolean isBegunBy(OpenedFile file) throws IOException {
        boolean isSmallHeader =
                file.size() < Long.BYTES || file.bytes(0, Long.BYTES).getInt(Integer.BYTES) == 0;
        int start = start(file);
        return start == ZIP || ((start & 0xff) == PROTOCOL && !isSmallHeader);
    }

    /** A value that is part of several others counts each time, so that who walks the tree comes to an end. */
    private void check(TorchValue value, int depth, Budget budget) {
        budget.spend(1);
        if (depth > limits.depth()) {
            throw new ModelFormatException(path, "has values nested more than " + limits.depth() + " deep");
        }
        if (value instanceof Sequence sequence) {
            sequence.items().forEach(item -> check(item, depth + 1, budget));
        } else if (value instanceof Dictionary dictionary) {
            dictionary.items().values().forEach(item -> check(item, depth + 1, budget));
        }
    }

    private static TorchValue stateOf(TorchValue content) {
        return content instanceof Dictionary checkpoint
                        && checkpoint.get("state_dict").orElse(None.NONE) instanceof Dictionary state
                ? state
                : content;
    }

    private void flatten(String name, TorchValue value, Budget budget) {
        budget.spend(1 + name.length() / 32);
        if (value instanceof Tensor tensor) {
            add(tensor.named(name));
        } else if (value instanceof Sequence sequence) {
            for (int i = 0; i < sequence.items().size(); i++) {
                flatten(joined(name, Integer.toString(i)), sequence.items().get(i), budget);
            }
        } else if (value instanceof Dictionary dictionary) {
            dictionary.items().forEach((key, item) -> {
                if (key instanceof Text text) {
                    flatten(joined(name, text.value()), item, budget);
                } else if (key instanceof Whole number) {
                    flatten(joined(name, number.value().toString()), item, budget);
                }
            });
        }
    }

    private static String joined(String name, String part) {
        return name.isEmpty() ? part : name + "." + part;
    }

    private void add(WeightEntry entry) {
        if (entries.size() == limits.tensors()) {
            throw new ModelFormatException(path, "has more than " + limits.tensors() + " tensors");
        }
        if (entries.put(entry.name(), entry) != null) {
            throw entry.fault("occurs twice");
        }
    }

    @Override
    public Path path() {
        return path;
    }

    /** Everything that the file holds. */
    public TorchValue content() {
        return content;
    }

    @Override
    public Map<String, String> metadata() {
        return Map.of();
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    @Override
    public Collection<WeightEntry> entries() {
        return Collections.unmodifiableCollection(entries.values());
    }

    @Override
    public WeightEntry entry(String name) {
        WeightEntry entry = entries.get(name);
        if (entry == null) {
            throw new ModelFormatException(path, name, "has no tensor '" + name + "'");
        }
        return entry;
    }
}
