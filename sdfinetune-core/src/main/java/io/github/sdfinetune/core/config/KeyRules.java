package io.github.sdfinetune.core.config;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.github.sdfinetune.error.ModelFormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is expected of the keys of a diffusers config.json. A key that is not read may not change the architecture in silence:
 * some are known and must have the one value that is supported, some never matter, and any other key is refused unless its value
 * switches nothing on (null or false). Keys that start with an underscore are notes of the program that wrote the file.
 *
 * @param read keys that the record reads
 * @param fixed keys with one supported value, as JSON; null is always fine
 * @param irrelevant keys without influence on the architecture
 */
record KeyRules(Set<String> read, Map<String, String> fixed, Set<String> irrelevant) {
    /** These rules and others for further keys. */
    KeyRules and(KeyRules others) {
        return new KeyRules(union(read, others.read), allOf(fixed, others.fixed), union(irrelevant, others.irrelevant));
    }

    private static Set<String> union(Set<String> some, Set<String> others) {
        Set<String> all = new TreeSet<>(some);
        all.addAll(others);
        return all;
    }

    private static Map<String, String> allOf(Map<String, String> some, Map<String, String> others) {
        Map<String, String> all = new TreeMap<>(some);
        all.putAll(others);
        return all;
    }

    /**
     * Checks all keys of a file.
     *
     * @throws ModelFormatException naming every key with an unsupported value
     */
    void check(JsonFile json) {
        List<String> faults = new ArrayList<>();
        String first = "";
        for (String key : json.keys()) {
            String fault = fault(key, json.value(key));
            if (!fault.isEmpty()) {
                first = faults.isEmpty() ? key : first;
                faults.add("'" + key + "' is " + JsonFile.shown(json.value(key)) + ", " + fault);
            }
        }
        if (!faults.isEmpty()) {
            throw new ModelFormatException(json.path(), first, String.join("; ", faults));
        }
    }

    private String fault(String key, JsonElement value) {
        if (key.startsWith("_") || read.contains(key) || irrelevant.contains(key) || value.isJsonNull()) {
            return "";
        }
        String supported = fixed.get(key);
        if (supported == null) {
            return value.equals(JsonParser.parseString("false")) ? "" : "a key that is not known";
        }
        return value.equals(JsonParser.parseString(supported)) ? "" : "supported is " + supported;
    }
}
