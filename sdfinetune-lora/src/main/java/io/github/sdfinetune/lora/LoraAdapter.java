package io.github.sdfinetune.lora;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.AdapterFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A LoRA.
 *
 * @param file where it came from, for messages
 * @param dropout with which it was trained
 * @param modules at least one, sorted by layer
 */
record LoraAdapter(Path file, double dropout, Map<String, String> metadata, List<LoraModule> modules)
        implements Adapter {
    LoraAdapter {
        if (modules.isEmpty()) {
            throw new IllegalArgumentException("an adapter without a module");
        }
        metadata = Map.copyOf(metadata);
        modules = List.copyOf(modules);
    }

    @Override
    public String name() {
        Path last = file.getFileName();
        String name = last == null ? "" : last.toString();
        return name.endsWith(".safetensors") ? name.substring(0, name.length() - ".safetensors".length()) : name;
    }

    @Override
    public void save(Path target, AdapterFormat format) {
        switch (format) {
            case DIFFUSERS -> DiffusersLayout.write(this, target);
            case KOHYA -> KohyaLayout.write(this, target);
        }
    }
}
