package io.github.sdfinetune.spi;

import io.github.sdfinetune.Adapter;
import io.github.sdfinetune.ControlNet;
import io.github.sdfinetune.GeneratedImage;
import io.github.sdfinetune.Inspection;
import io.github.sdfinetune.LoadOptions;
import io.github.sdfinetune.ModelConversion;
import io.github.sdfinetune.NewModel;
import io.github.sdfinetune.Picture;
import io.github.sdfinetune.Pipeline;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.SavedRequest;
import io.github.sdfinetune.error.EngineException;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;

/** The implementation behind the API, found with {@link ServiceLoader}. */
public interface EngineProvider {

    /** See {@link Pipeline#load(Path, LoadOptions)}. */
    Pipeline loadPipeline(Path model, LoadOptions options);

    /** See {@link Adapter#load(Path)}. */
    Adapter loadAdapter(Path file);

    /** See {@link ControlNet#load(Path, LoadOptions)}. */
    ControlNet loadControlNet(Path path, LoadOptions options);

    /** See {@link NewModel#write(Path, ProgressListener)}. */
    void writeModel(NewModel model, Path folder, ProgressListener listener);

    /** See {@link ModelConversion#write(Path, ProgressListener)}. */
    void convertModel(ModelConversion conversion, Path target, ProgressListener listener);

    /** See {@link Inspection#of(Path)}. */
    Inspection inspect(Path path);

    /** See {@link Picture#read(Path)}. */
    Picture readPicture(Path file);

    /** See {@link Picture#save(Path)}. */
    void writePicture(Picture picture, Path png);

    /** See {@link GeneratedImage#grid(List)}. */
    GeneratedImage grid(List<GeneratedImage> pictures);

    /** See {@link SavedRequest#read(Path)}. */
    SavedRequest readRequest(Path png);

    /**
     * The implementation on the class path.
     *
     * @throws EngineException if there is none
     */
    static EngineProvider find() {
        return ServiceLoader.load(EngineProvider.class)
                .findFirst()
                .orElseThrow(() -> new EngineException(
                        "no implementation of sdfinetune on the class path: add the dependency"
                                + " io.github.sdfinetune:sdfinetune-lora (and ai.djl.pytorch:pytorch-native-cpu with the"
                                + " classifier of this platform)",
                        null));
    }
}
