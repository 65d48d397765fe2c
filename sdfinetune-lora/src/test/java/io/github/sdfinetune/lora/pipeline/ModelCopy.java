package io.github.sdfinetune.lora.pipeline;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A copy of a model folder, for a test to damage. */
record ModelCopy(Path folder) {

    static ModelCopy of(Path model, Path target) throws IOException {
        List<Path> tree;
        try (Stream<Path> walk = Files.walk(model)) {
            tree = walk.toList();
        }
        for (Path path : tree) {
            Files.copy(path, target.resolve(model.relativize(path).toString()));
        }
        return new ModelCopy(target);
    }

    Path path(String relative) {
        return folder.resolve(relative);
    }

    /** Sets a key of a JSON file. */
    ModelCopy set(String file, String key, String json) throws IOException {
        JsonObject content =
                JsonParser.parseString(Files.readString(path(file))).getAsJsonObject();
        JsonElement value = JsonParser.parseString(json);
        content.add(key, value);
        Files.writeString(path(file), content.toString());
        return this;
    }

    ModelCopy delete(String file) throws IOException {
        Files.delete(path(file));
        return this;
    }

    EditedSafetensors safetensors(String file) throws IOException {
        return EditedSafetensors.read(path(file));
    }
}
