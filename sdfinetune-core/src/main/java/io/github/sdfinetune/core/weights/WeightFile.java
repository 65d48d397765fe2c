package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.error.ModelFormatException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** A file of named tensors, in whichever format. */
public sealed interface WeightFile permits SafetensorsFile, TorchFile {
    /** Names of files that torch writes. */
    Pattern TORCH_NAME = Pattern.compile(".*\\.(bin|ckpt|pt|pth)");

    /**
     * Opens a file under the usual limits.
     *
     * @throws ModelFormatException if it is missing or damaged
     */
    static WeightFile open(Path path) {
        return isTorch(path) ? TorchFile.open(path) : SafetensorsFile.open(path);
    }

    /** Whether a file is one of torch's, by its name or, whatever its name, by its first bytes. */
    static boolean isTorch(Path path) {
        String name = path.toString().toLowerCase(Locale.ROOT);
        return TORCH_NAME.matcher(name).matches() || OpenedFile.read(path, "file of weights", TorchFile::isBegunBy);
    }

    /** The name of a file of weights without its ending. */
    static String baseName(Path file) {
        String name = String.valueOf(file.toAbsolutePath().normalize().getFileName());
        int dot = name.lastIndexOf('.');
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".safetensors") || TORCH_NAME.matcher(lower).matches() ? name.substring(0, dot) : name;
    }

    /** Where it is. */
    Path path();

    /** What is said beside the tensors; nothing in a torch file. */
    Map<String, String> metadata();

    /** The tensors' names, in the order of the file. */
    Set<String> names();

    /** The tensors, in the order of the file. */
    Collection<WeightEntry> entries();

    /**
     * A tensor by its name.
     *
     * @throws ModelFormatException if there is none of this name
     */
    WeightEntry entry(String name);
}
