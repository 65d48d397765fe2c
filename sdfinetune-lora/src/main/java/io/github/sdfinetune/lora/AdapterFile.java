package io.github.sdfinetune.lora;

import static java.util.Locale.ROOT;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.weights.WeightEntry;
import io.github.sdfinetune.core.weights.WeightFile;
import io.github.sdfinetune.error.ModelFormatException;
import io.github.sdfinetune.lora.FactorKey.Part;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads a LoRA from a safetensors or torch file of any layout, or from a folder as peft writes it. Every tensor is used, or the file refused. */
final class AdapterFile {
    /** Relatives of LoRA, and what else is added to models, by what stands in their keys. */
    private static final Map<Pattern, String> RELATIVES = relatives();

    private final Path path;
    private final WeightFile weights;
    private final Optional<PeftSettings> settings;

    private AdapterFile(Path path, WeightFile weights, Optional<PeftSettings> settings) {
        this.path = path;
        this.weights = weights;
        this.settings = settings;
    }

    private static Map<Pattern, String> relatives() {
        Map<Pattern, String> names = new LinkedHashMap<>();
        names.put(Pattern.compile("hada_"), "LoHa");
        names.put(Pattern.compile("lokr_"), "LoKr");
        names.put(Pattern.compile("dora_scale|lora_magnitude_vector"), "DoRA");
        names.put(Pattern.compile("oft_|boft_"), "OFT");
        names.put(Pattern.compile("lora_mid"), "LoCon with a Tucker core");
        names.put(Pattern.compile("\\.on_input$"), "(IA)³");
        names.put(Pattern.compile("\\.(diff|diff_b|w_norm|b_norm)$"), "full differences");
        names.put(Pattern.compile("^\\d+\\.[01]\\.linear[12]?\\."), "a hypernetwork");
        return names;
    }

    /**
     * Reads an adapter.
     *
     * @throws ModelFormatException if it is missing, damaged, or holds keys that are not understood; the message lists them
     */
    static LoraAdapter read(Path path) {
        return open(path).read();
    }

    /** @throws ModelFormatException if it is missing or damaged */
    static AdapterFile open(Path path) {
        if (Files.isDirectory(path)) {
            JsonFile config = JsonFile.read(path.resolve("adapter_config.json"));
            Path pickle = path.resolve("adapter_model.bin");
            Path safe = path.resolve("adapter_model.safetensors");
            WeightFile weights = WeightFile.open(Files.exists(pickle) && !Files.exists(safe) ? pickle : safe);
            return new AdapterFile(path, weights, Optional.of(new PeftSettings(config)));
        }
        return of(WeightFile.open(path));
    }

    /** An adapter in a file that is open. */
    static AdapterFile of(WeightFile weights) {
        Path path = weights.path();
        Optional<PeftSettings> settings = Optional.ofNullable(weights.metadata().get(DiffusersLayout.SETTINGS))
                .map(text -> new PeftSettings(JsonFile.parse(path, text)));
        return new AdapterFile(path, weights, settings);
    }

    /**
     * Reads the adapter.
     *
     * @throws ModelFormatException if it holds keys that are not understood; the message lists them
     */
    LoraAdapter read() {
        List<LoraModule> modules = factors().stream().map(Factors::read).toList();
        double dropout = settings.map(PeftSettings::dropout).orElse(0.0);
        return new LoraAdapter(path, dropout, weights.metadata(), modules);
    }

    /**
     * Checks the names, types and shapes of all factors and reads none of them.
     *
     * @throws ModelFormatException as {@link #read}
     */
    void check() {
        factors();
        settings.ifPresent(PeftSettings::dropout);
    }

    private List<Factors> factors() {
        Map<String, Map<Part, WeightEntry>> byLayer = group();
        refuseConvolutions(byLayer);
        List<Factors> factors = new ArrayList<>();
        byLayer.forEach((layer, parts) -> factors.add(factors(layer, parts)));
        if (factors.isEmpty()) {
            throw new ModelFormatException(path, "holds no LoRA: it has no tensors");
        }
        return factors;
    }

    /** What becomes a {@link LoraModule}, in the file: both factors fit. */
    private record Factors(String layer, WeightEntry down, WeightEntry up, double alpha, List<String> keys) {
        LoraModule read() {
            return new LoraModule(layer, matrix(down), matrix(up), alpha, isPointwise(down), keys);
        }

        private static Matrix matrix(WeightEntry entry) {
            List<Long> shape = entry.shape();
            return new Matrix(Math.toIntExact(shape.get(0)), Math.toIntExact(shape.get(1)), entry.floats());
        }
    }

    private Map<String, Map<Part, WeightEntry>> group() {
        Map<String, Map<Part, WeightEntry>> byLayer = new TreeMap<>();
        List<String> unknown = new ArrayList<>();
        for (WeightEntry entry : weights.entries()) {
            Optional<FactorKey> key = FactorKey.parse(entry.name());
            if (key.isEmpty()) {
                unknown.add(entry.name());
                continue;
            }
            WeightEntry other = byLayer.computeIfAbsent(key.get().layer(), layer -> new EnumMap<>(Part.class))
                    .put(key.get().part(), entry);
            if (other != null) {
                throw entry.fault("and '" + other.name() + "' are the same factor of one layer");
            }
        }
        if (!unknown.isEmpty()) {
            throw notUnderstood(unknown);
        }
        return byLayer;
    }

    private ModelFormatException notUnderstood(List<String> unknown) {
        String counted = String.format(
                ROOT, "%d of %d keys", unknown.size(), weights.names().size());
        for (Map.Entry<Pattern, String> relative : RELATIVES.entrySet()) {
            List<String> keys = unknown.stream()
                    .filter(key -> relative.getKey().matcher(key).find())
                    .sorted()
                    .toList();
            if (!keys.isEmpty()) {
                return fault(keys, relative.getValue() + " is not supported yet (" + counted + "): ");
            }
        }
        return fault(unknown.stream().sorted().toList(), counted + " are no keys of a LoRA; the first: ");
    }

    private ModelFormatException fault(List<String> keys, String problem) {
        return new ModelFormatException(path, keys.get(0), problem + Listing.first(keys));
    }

    private void refuseConvolutions(Map<String, Map<Part, WeightEntry>> byLayer) {
        List<String> convolutions = byLayer.values().stream()
                .flatMap(parts -> parts.values().stream())
                .filter(entry -> entry.shape().size() == 4 && !isPointwise(entry))
                .map(WeightEntry::name)
                .sorted()
                .toList();
        if (!convolutions.isEmpty()) {
            throw fault(
                    convolutions,
                    "convolution layers are not supported yet, but " + convolutions.size() + " of "
                            + weights.names().size() + " keys belong to some: ");
        }
    }

    private Factors factors(String layer, Map<Part, WeightEntry> parts) {
        WeightEntry down = part(layer, parts, Part.DOWN);
        WeightEntry up = part(layer, parts, Part.UP);
        requireMatrix(down, "(rank, in)");
        requireMatrix(up, "(out, rank)");
        int rank = Math.toIntExact(down.shape().get(0));
        if (up.shape().get(1) != rank) {
            throw up.fault("has shape " + up.shape() + ", but '" + down.name() + "' has rank " + rank);
        }
        List<String> keys = parts.values().stream().map(WeightEntry::name).toList();
        WeightEntry alphaEntry = parts.get(Part.ALPHA);
        double alpha = alphaEntry == null ? alphaFromSettings(layer, rank) : alpha(alphaEntry);
        return new Factors(layer, down, up, alpha, keys);
    }

    private static WeightEntry part(String layer, Map<Part, WeightEntry> parts, Part part) {
        WeightEntry entry = parts.get(part);
        if (entry == null) {
            WeightEntry lonely = parts.values().iterator().next();
            throw lonely.fault(
                    "stands alone: the " + part.name().toLowerCase(ROOT) + " factor of " + layer + " is missing");
        }
        return entry;
    }

    private static boolean isPointwise(WeightEntry entry) {
        List<Long> shape = entry.shape();
        return shape.size() == 4 && shape.get(2) == 1 && shape.get(3) == 1;
    }

    private static void requireMatrix(WeightEntry entry, String expected) {
        List<Long> shape = entry.shape();
        if (!entry.dtype().isFloatingPoint()) {
            throw entry.fault("has type " + entry.dtype() + ", expected F32, F16 or BF16");
        }
        if ((shape.size() != 2 && !isPointwise(entry)) || shape.get(0) < 1 || shape.get(1) < 1) {
            throw entry.fault("has shape " + shape + ", expected " + expected);
        }
    }

    private static double alpha(WeightEntry entry) {
        if (!entry.dtype().isFloatingPoint() || entry.elements() != 1) {
            throw entry.fault("has type " + entry.dtype() + " and shape " + entry.shape() + ", expected one number");
        }
        float alpha = entry.floats()[0];
        if (!Float.isFinite(alpha)) {
            throw entry.fault("is " + alpha + ", expected a finite number");
        }
        return alpha;
    }

    /** Without any word on it, alpha is the rank, as in every program. */
    private double alphaFromSettings(String layer, int rank) {
        int dot = layer.indexOf('.');
        OptionalDouble alpha = settings.map(s -> s.alpha(layer.substring(0, dot), layer.substring(dot + 1), rank))
                .orElse(OptionalDouble.empty());
        return alpha.orElse(rank);
    }
}
