package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.error.ModelFormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The weights of one network from its files, each converted to the precision wanted as it is read. Strict: after the network is
 * built, {@link #finish} reports every tensor that was missing, of another shape, or left over.
 */
public final class LoadedWeights implements WeightSource {
    private static final int MOST_LISTED = 10;

    private final WeightFiles files;
    private final KeySpelling spelling;
    private final Numerics numerics;
    private final Arena arena;
    private final Optional<Tensor> standIn;
    private final Set<String> unused;
    private final List<String> faults = new ArrayList<>();
    private final Map<String, List<Long>> linearLayers = new LinkedHashMap<>();
    private final Map<String, List<Long>> convolutions = new LinkedHashMap<>();
    private long parameters;

    /**
     * @param spelling how published files may spell the names
     * @param numerics in which precision and where the weights are to be
     * @param arena owns the weights
     */
    public LoadedWeights(WeightFiles files, KeySpelling spelling, Numerics numerics, Arena arena) {
        this(files, spelling, numerics, arena, Optional.empty());
    }

    private LoadedWeights(
            WeightFiles files, KeySpelling spelling, Numerics numerics, Arena arena, Optional<Tensor> standIn) {
        this.files = files;
        this.spelling = spelling;
        this.numerics = numerics;
        this.arena = arena;
        this.standIn = standIn;
        this.unused = new TreeSet<>(files.names());
        unused.removeIf(spelling::isBuffer);
    }

    /** Weights whose names and shapes are checked but whose numbers are not read: one empty tensor stands for each of them. */
    public static LoadedWeights unread(WeightFiles files, KeySpelling spelling, Numerics numerics, Arena arena) {
        try (Scope scope = Scope.open()) {
            Tensor standIn = arena.adopt(Tensor.empty(numerics.storage(), 0));
            return new LoadedWeights(files, spelling, numerics, arena, Optional.of(standIn));
        }
    }

    @Override
    public Tensor get(String name, long... shape) {
        String spelled = spelling.find(name, files.names());
        try (Scope scope = Scope.open()) {
            if (spelled == null) {
                faults.add("tensor '" + name + "' is missing");
                return absent(shape);
            }
            unused.remove(spelled);
            WeightEntry entry = files.entry(spelled);
            if (!Arrays.equals(entry.dimensions(), shape)) {
                faults.add(
                        "tensor '" + spelled + "' has shape " + entry.shape() + ", expected " + Arrays.toString(shape));
                return absent(shape);
            }
            if (!entry.dtype().isFloatingPoint()) {
                throw entry.fault("has type " + entry.dtype() + ", expected a floating-point type");
            }
            parameters += entry.elements();
            return standIn.orElseGet(() -> arena.adopt(numerics.store(entry.toTensor())));
        }
    }

    private Tensor absent(long... shape) {
        return standIn.orElseGet(() -> arena.adopt(Tensor.empty(numerics.storage(), shape)));
    }

    @Override
    public void linear(String layer, long... weightShape) {
        linearLayers.put(layer, Arrays.stream(weightShape).boxed().toList());
    }

    /** The linear layers that the network was built from, with the shapes of their weights. */
    public Map<String, List<Long>> linearLayers() {
        return linearLayers;
    }

    @Override
    public void convolution(String layer, long... weightShape) {
        convolutions.put(layer, Arrays.stream(weightShape).boxed().toList());
    }

    /** The convolutions of feature maps that the network was built from, with the shapes of their weights. */
    public Map<String, List<Long>> convolutions() {
        return convolutions;
    }

    /** How many numbers were read. */
    public long parameters() {
        return parameters;
    }

    /**
     * To be called when the network is built.
     *
     * @throws ModelFormatException if a tensor was missing, had another shape, or was not asked for
     */
    public void finish() {
        unused.forEach(name -> faults.add("tensor '" + name + "' is in the file but belongs to no layer"));
        if (!faults.isEmpty()) {
            String more = faults.size() > MOST_LISTED ? "\n  … and " + (faults.size() - MOST_LISTED) + " more" : "";
            String listed = String.join("\n  ", faults.subList(0, Math.min(MOST_LISTED, faults.size())));
            throw new ModelFormatException(
                    files.files().get(0),
                    faults.size() == 1
                            ? listed
                            : faults.size() + " tensors do not fit the network that config.json describes:\n  " + listed
                                    + more);
        }
    }
}
