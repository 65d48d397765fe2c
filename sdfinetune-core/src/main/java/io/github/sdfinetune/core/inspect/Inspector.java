package io.github.sdfinetune.core.inspect;

import io.github.sdfinetune.Inspection;
import io.github.sdfinetune.core.checkpoint.DiffusersFolder;
import io.github.sdfinetune.core.layer.AdapterProvider;
import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells what files and folders are. */
public final class Inspector {
    private Inspector() {}

    /**
     * See {@link Inspection#of(Path)}.
     *
     * @param adapters knows which adapters can be used
     */
    public static Inspection inspect(Path path, AdapterProvider adapters) {
        if (!Files.exists(path)) {
            throw new ModelFormatException(path, "no such file or folder");
        }
        if (!Files.isDirectory(path)) {
            return FileInspection.of(path, adapters);
        }
        return Files.exists(path.resolve(DiffusersFolder.INDEX))
                ? new FolderInspection(path).inspection()
                : ComponentInspection.of(path).orElseGet(() -> LooseFolder.inspect(path, adapters));
    }
}
