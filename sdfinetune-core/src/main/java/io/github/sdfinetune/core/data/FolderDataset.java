package io.github.sdfinetune.core.data;

import io.github.sdfinetune.Dataset;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.image.ImageReadException;
import io.github.sdfinetune.core.image.ImageReader;
import io.github.sdfinetune.error.DatasetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A folder of pictures with captions, read flat and checked in full: every picture was decoded once and every caption read. Only
 * names and captions are kept; {@link #pixels} reads a picture anew. Immutable and thread-safe.
 *
 * <p>Pictures are the files that end in png, jpg, jpeg, webp, bmp, gif, tif or tiff, in any case, sorted by name. The caption of
 * {@code cat.jpg} is the text of {@code cat.txt} or {@code cat.caption}: UTF-8, its lines trimmed and joined with a space. A file
 * without text is no caption. Two that differ are a fault.
 */
public final class FolderDataset {
    private final Path folder;
    private final int resolution;
    private final List<TrainingExample> examples;

    private FolderDataset(Path folder, int resolution, List<TrainingExample> examples) {
        this.folder = folder;
        this.resolution = resolution;
        this.examples = List.copyOf(examples);
    }

    /**
     * Reads and checks a folder. Reports each picture, and at the end how many have captions and how many had to be turned
     * upright; warns of files that are ignored and of pictures that have to be enlarged.
     *
     * @throws DatasetException if the folder can't be read, or with the faults of all its files
     */
    public static FolderDataset check(Dataset dataset, DatasetRequirements requirements, ProgressListener listener) {
        Path folder = dataset.folder();
        List<TrainingExample> examples = new DatasetCheck(folder, list(folder), requirements, listener).run();
        return new FolderDataset(folder, requirements.resolution(), examples);
    }

    private static FolderListing list(Path folder) {
        if (!Files.exists(folder)) {
            throw new DatasetException(folder, List.of("no such folder"));
        }
        if (!Files.isDirectory(folder)) {
            throw new DatasetException(folder, List.of("is a file, expected a folder of pictures"));
        }
        try {
            return FolderListing.of(folder);
        } catch (IOException | UncheckedIOException e) {
            throw failure(folder, "can't be read: " + e, e);
        }
    }

    /** Sorted by the name of the file; not empty. */
    public List<TrainingExample> examples() {
        return examples;
    }

    /**
     * The pixels of an example: its largest centred square, (3, resolution, resolution), in [-1, 1].
     *
     * @throws DatasetException if the file can no longer be read
     */
    public float[] pixels(TrainingExample example) {
        try {
            return ImageReader.read(example.file())
                    .pixels()
                    .resizeAndCentreCrop(resolution, resolution)
                    .normalised();
        } catch (ImageReadException e) {
            throw failure(folder, FolderListing.name(example.file()) + ": " + e.reason(), e);
        }
    }

    private static DatasetException failure(Path folder, String fault, Exception cause) {
        DatasetException failure = new DatasetException(folder, List.of(fault));
        failure.addSuppressed(cause);
        return failure;
    }
}
