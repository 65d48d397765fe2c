package io.github.sdfinetune;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Pictures with captions to train on. A description only: the files are read and checked when training starts.
 *
 * @param folder read flat. Pictures are PNG, JPEG, WebP, BMP, GIF and TIFF files, told by their ending; the caption of {@code
 *     cat.jpg} is the text of {@code cat.txt} or {@code cat.caption}. Other files are ignored and counted in a warning
 */
public record Dataset(Path folder) {
    public Dataset {
        Objects.requireNonNull(folder, "folder");
    }

    /** The pictures in a folder, with captions beside them. */
    public static Dataset folder(Path folder) {
        return new Dataset(folder);
    }
}
