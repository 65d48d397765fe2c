package io.github.sdfinetune.core.request;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.core.config.JsonFile;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * By what an adapter is found again.
 *
 * @param name in the registry
 */
record SavedAdapter(String name, String hash) {

    static SavedAdapter of(JsonFile json) {
        return new SavedAdapter(json.string("name"), Fingerprint.hash(json, "hash"));
    }

    static Map<String, Object> toJson(String name, Adapter adapter) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.put("hash", adapter.hash());
        return json;
    }
}
