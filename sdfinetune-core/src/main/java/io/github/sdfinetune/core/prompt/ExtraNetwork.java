package io.github.sdfinetune.core.prompt;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An adapter that a prompt asks for: {@code <lora:house:0.7>}, or with a weight each for the text encoder and the UNet {@code
 * <lora:house:0.5:0.9>} or {@code <lora:house:te=0.5:unet=0.9>}.
 *
 * @param type {@code lora} in the example
 * @param items what stands between the colons behind it; at least one
 */
public record ExtraNetwork(String type, List<String> items) {
    public ExtraNetwork {
        items = List.copyOf(items);
    }

    /** The items that do not have the form {@code key=value}. */
    public List<String> positional() {
        return items.stream().filter(item -> !isNamed(item)).toList();
    }

    /** The items of the form {@code key=value}; of two with one key the later. */
    public Map<String, String> named() {
        Map<String, String> named = new LinkedHashMap<>();
        items.stream().filter(ExtraNetwork::isNamed).forEach(item -> {
            int equals = item.indexOf('=');
            named.put(item.substring(0, equals), item.substring(equals + 1));
        });
        return named;
    }

    private static boolean isNamed(String item) {
        int equals = item.indexOf('=');
        return equals >= 0 && equals == item.lastIndexOf('=');
    }

    /**
     * What the adapter is called in the registry.
     *
     * @throws IllegalArgumentException if there are weights only
     */
    public String name() {
        List<String> positional = positional();
        if (positional.isEmpty()) {
            throw new IllegalArgumentException(
                    this + " names nothing, expected a form such as <" + type + ":name:0.7>");
        }
        return positional.get(0);
    }

    /**
     * How strongly the adapter acts on the text encoder. Default: 1.
     *
     * @throws IllegalArgumentException if it is no number
     */
    public double textEncoderWeight() {
        return weight("te", 1, 1);
    }

    /**
     * How strongly the adapter acts on the UNet. Default: as on the text encoder.
     *
     * @throws IllegalArgumentException if it is no number
     */
    public double unetWeight() {
        return weight("unet", 2, textEncoderWeight());
    }

    private double weight(String key, int place, double otherwise) {
        List<String> positional = positional();
        String positioned = positional.size() > place ? positional.get(place) : Double.toString(otherwise);
        String weight = named().getOrDefault(key, positioned);
        return Characters.weight(Characters.strip(weight), toString());
    }

    /** As it stands in a prompt. */
    @Override
    public String toString() {
        return "<" + type + ":" + String.join(":", items) + ">";
    }
}
