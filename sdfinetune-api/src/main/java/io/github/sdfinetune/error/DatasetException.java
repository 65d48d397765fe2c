package io.github.sdfinetune.error;

import java.nio.file.Path;
import java.util.List;

/** A dataset can't be trained on as it is; the message lists every fault that was found, not only the first. */
public final class DatasetException extends SdFineTuneException {
    private final Path folder;
    private final List<String> faults;

    /**
     * @param folder the dataset's folder
     * @param faults one line a fault, each naming the file
     */
    public DatasetException(Path folder, List<String> faults) {
        super(message(folder, faults), null);
        this.folder = folder;
        this.faults = List.copyOf(faults);
    }

    private static String message(Path folder, List<String> faults) {
        if (faults.size() == 1) {
            return folder + ": " + faults.get(0);
        }
        return folder + ": " + faults.size() + " faults:\n  " + String.join("\n  ", faults);
    }

    public Path folder() {
        return folder;
    }

    /** One line a fault, each naming the file. */
    public List<String> faults() {
        return faults;
    }
}
