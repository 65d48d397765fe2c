package io.github.sdfinetune.examples;

import io.github.sdfinetune.error.OutputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Writes a new model where there may be an old one. Only what is a model folder is ever removed. */
final class ModelFolder {
    private ModelFolder() {}

    /**
     * Checks that a model may and can be written.
     *
     * @throws OutputException if the folder holds something that must not be replaced, or can't be created
     */
    static void check(Path folder, boolean overwrite) {
        Output.checkFolder(folder, overwrite);
        if (!Output.isEmpty(folder) && !isModel(folder)) {
            throw new OutputException(folder, "is not replaced, because it has no model_index.json: no model", null);
        }
    }

    /**
     * Writes a model. An old one is put aside meanwhile; it comes back if the new one can't be written.
     *
     * @param model writes it to a folder that does not exist
     * @param folder as accepted by {@link #check}
     */
    static void write(Consumer<Path> model, Path folder) {
        if (!isModel(folder)) {
            model.accept(folder);
            return;
        }
        try {
            Path old = folder.resolveSibling(folder.getFileName() + ".old");
            Files.move(folder, old);
            try {
                model.accept(folder);
            } catch (RuntimeException e) {
                Files.move(old, folder);
                throw e;
            }
            delete(old);
        } catch (IOException | UncheckedIOException e) {
            throw new OutputException(folder, "can't be replaced: " + e, e);
        }
    }

    private static boolean isModel(Path folder) {
        return Files.exists(folder.resolve("model_index.json"));
    }

    private static void delete(Path folder) throws IOException {
        List<Path> entries;
        try (Stream<Path> walk = Files.walk(folder)) {
            entries = walk.sorted(Comparator.reverseOrder()).toList(); // what a folder holds comes before it
        }
        for (Path entry : entries) {
            Files.delete(entry);
        }
    }
}
