package io.github.sdfinetune.core.weights;

import io.github.sdfinetune.fuzz.Claim;
import java.nio.file.Path;

final class TorchFiles {
    private TorchFiles() {}

    /** Opens a file and reads each tensor; how large one may be has a limit of its own. */
    static void readAll(Path path) {
        TorchFile file = TorchFile.open(path);
        for (WeightEntry entry : file.entries()) {
            Claim.holds(entry.elements(), entry::data);
        }
    }
}
