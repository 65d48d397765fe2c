package io.github.sdfinetune.core.testing;

import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.checkpoint.ModelSource;
import io.github.sdfinetune.core.model.DiffusionModel;
import io.github.sdfinetune.core.model.RandomModel;
import java.nio.file.Path;

/** The small model with random weights, for tests of what works with a whole one. */
public final class TinyModel {
    private TinyModel() {}

    /**
     * Writes the model and loads it.
     *
     * @param folder in which it is written
     */
    public static DiffusionModel in(Path folder) {
        Path path = folder.resolve("model");
        RandomModel.write(NewModel.tiny(1), path, ProgressListener.quiet());
        LoadOptions options = LoadOptions.defaults();
        return DiffusionModel.load(ModelSource.open(path, options), options);
    }
}
