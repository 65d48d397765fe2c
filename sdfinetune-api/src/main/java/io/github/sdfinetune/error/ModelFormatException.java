package io.github.sdfinetune.error;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A model or adapter file is missing, damaged, or holds something else than expected. */
public final class ModelFormatException extends SdFineTuneException {
    private final Path path;
    private final @Nullable String key;
    private final String problem;

    public ModelFormatException(Path path, String problem) {
        this(path, null, problem, null);
    }

    public ModelFormatException(Path path, @Nullable String key, String problem) {
        this(path, key, problem, null);
    }

    /**
     * @param path the file or folder with the fault; the message starts with it
     * @param key the tensor name or JSON key concerned, or null if the whole file is
     * @param problem what was wrong and what would be right
     */
    public ModelFormatException(Path path, @Nullable String key, String problem, @Nullable Throwable cause) {
        super(path + ": " + problem, cause);
        this.path = path;
        this.key = key;
        this.problem = problem;
    }

    /** The file or folder with the fault. */
    public Path path() {
        return path;
    }

    /** The tensor name or JSON key concerned, or null if the whole file is. */
    public @Nullable String key() {
        return key;
    }

    /** The message without the path. */
    public String problem() {
        return problem;
    }
}
