package io.github.sdfinetune;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The adapters that a prompt may name, as {@code <lora:house:0.7>} does ({@link PromptSyntax#A1111}). The application fills it, so a
 * prompt can reach nothing else. Immutable and thread-safe.
 *
 * <pre>{@code
 * AdapterRegistry registry = AdapterRegistry.of(Map.of("house", Adapter.load(Path.of("house.safetensors"))));
 * }</pre>
 */
public final class AdapterRegistry {
    private static final int LISTED = 10;

    private final Map<String, Adapter> adapters;

    private AdapterRegistry(Map<String, Adapter> adapters) {
        this.adapters = adapters;
    }

    /** A registry of adapters under the names that prompts call them by. */
    public static AdapterRegistry of(Map<String, Adapter> adapters) {
        return new AdapterRegistry(new TreeMap<>(Map.copyOf(adapters)));
    }

    /** A registry of adapters under their own {@linkplain Adapter#name() names}; of two with the same name the later counts. */
    public static AdapterRegistry of(Collection<? extends Adapter> adapters) {
        Map<String, Adapter> named = new TreeMap<>();
        adapters.forEach(adapter -> named.put(adapter.name(), adapter));
        return new AdapterRegistry(named);
    }

    /** A registry without adapters. */
    public static AdapterRegistry empty() {
        return new AdapterRegistry(new TreeMap<>());
    }

    /** The names, in the order of the alphabet. */
    public List<String> names() {
        return List.copyOf(adapters.keySet());
    }

    /**
     * The adapter of a name; upper and lower case differ.
     *
     * @throws IllegalArgumentException for an unknown name; the message has the nearest ones
     */
    public Adapter find(String name) {
        Adapter adapter = adapters.get(name);
        if (adapter == null) {
            throw new IllegalArgumentException("no adapter is called \"" + name + "\"" + suggestion(name));
        }
        return adapter;
    }

    private String suggestion(String name) {
        if (adapters.isEmpty()) {
            return "; none is registered";
        }
        List<String> near = nearest(name);
        if (near.isEmpty()) {
            String more = adapters.size() > LISTED ? ", …" : "";
            return "; known are \""
                    + String.join(
                            "\", \"", adapters.keySet().stream().limit(LISTED).toList()) + "\"" + more;
        }
        return "; did you mean \"" + String.join("\" or \"", near) + "\"?";
    }

    /** Up to three names of which not much more than a third would have to be changed. */
    private List<String> nearest(String name) {
        return adapters.keySet().stream()
                .filter(known -> EditDistance.between(name, known) <= 1 + known.length() / 3)
                .sorted(Comparator.comparingInt(known -> EditDistance.between(name, known)))
                .limit(3)
                .toList();
    }
}
