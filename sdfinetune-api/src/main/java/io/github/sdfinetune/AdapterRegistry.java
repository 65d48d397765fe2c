package io.github.sdfinetune;

import io.github.sdfinetune.error.UnknownAdapterException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

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

    private final SortedSet<String> suggestions;

    private AdapterRegistry(Map<String, Adapter> adapters, Collection<String> others) {
        this.adapters = adapters;
        this.suggestions = new TreeSet<>(adapters.keySet());
        suggestions.addAll(others);
    }

    /** A registry of adapters under the names that prompts call them by. */
    public static AdapterRegistry of(Map<String, Adapter> adapters) {
        return new AdapterRegistry(new TreeMap<>(Map.copyOf(adapters)), List.of());
    }

    /** A registry of adapters under their own {@linkplain Adapter#name() names}; of two with the same name the later counts. */
    public static AdapterRegistry of(Collection<? extends Adapter> adapters) {
        Map<String, Adapter> named = new TreeMap<>();
        adapters.forEach(adapter -> named.put(adapter.name(), adapter));
        return new AdapterRegistry(named, List.of());
    }

    /** A registry without adapters. */
    public static AdapterRegistry empty() {
        return new AdapterRegistry(new TreeMap<>(), List.of());
    }

    /**
     * The same adapters; an unknown name is answered with these names as well, for an application that reads only the adapters that
     * a prompt holds, and knows of more.
     */
    public AdapterRegistry suggesting(Collection<String> names) {
        return new AdapterRegistry(adapters, names);
    }

    /** The names, in the order of the alphabet. */
    public List<String> names() {
        return List.copyOf(adapters.keySet());
    }

    /**
     * The adapter of a name; upper and lower case differ.
     *
     * @throws UnknownAdapterException for an unknown name; the message has the nearest ones
     */
    public Adapter find(String name) {
        Adapter adapter = adapters.get(name);
        if (adapter == null) {
            throw new UnknownAdapterException("no adapter is called \"" + name + "\"" + suggestion(name));
        }
        return adapter;
    }

    private String suggestion(String name) {
        if (suggestions.isEmpty()) {
            return "; none is registered";
        }
        List<String> near = nearest(name);
        if (near.isEmpty()) {
            String more = suggestions.size() > LISTED ? ", …" : "";
            return "; known are \""
                    + String.join("\", \"", suggestions.stream().limit(LISTED).toList()) + "\"" + more;
        }
        return "; did you mean \"" + String.join("\" or \"", near) + "\"?";
    }

    /** Up to three names of which not much more than a third would have to be changed. */
    private List<String> nearest(String name) {
        return suggestions.stream()
                .filter(known -> EditDistance.between(name, known) <= 1 + known.length() / 3)
                .sorted(Comparator.comparingInt(known -> EditDistance.between(name, known)))
                .limit(3)
                .toList();
    }
}
