package io.github.sdfinetune.core;

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
import io.github.sdfinetune.core.checkpoint.ModelConverter;
import io.github.sdfinetune.core.image.ImageReadException;
import io.github.sdfinetune.core.image.ImageReader;
import io.github.sdfinetune.core.image.PngWriter;
import io.github.sdfinetune.core.inspect.Inspector;
import io.github.sdfinetune.core.layer.AdapterProvider;
import io.github.sdfinetune.core.model.LoadedControlNet;
import io.github.sdfinetune.core.model.RandomModel;
import io.github.sdfinetune.core.request.RequestFile;
import io.github.sdfinetune.error.CancelledException;
import io.github.sdfinetune.error.EngineException;
import io.github.sdfinetune.error.ModelFormatException;
import io.github.sdfinetune.error.OutputException;
import io.github.sdfinetune.error.PictureFormatException;
import io.github.sdfinetune.spi.EngineProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The implementation of the API on PyTorch. */
public final class TorchEngineProvider implements EngineProvider {

    @Override
    public Pipeline loadPipeline(Path model, LoadOptions options) {
        return DefaultPipeline.load(model, options, adapters());
    }

    @Override
    public Adapter loadAdapter(Path file) {
        return adapters().load(file);
    }

    @Override
    public ControlNet loadControlNet(Path path, LoadOptions options) {
        return LoadedControlNet.load(path, options);
    }

    @Override
    public void writeModel(NewModel model, Path folder, ProgressListener listener) {
        cancellable(() -> RandomModel.write(model, folder, listener));
    }

    @Override
    public void convertModel(ModelConversion conversion, Path target, ProgressListener listener) {
        cancellable(() -> ModelConverter.write(conversion, target, listener));
    }

    /** An interrupt in the middle of a file shows as a fault of the file. */
    private static void cancellable(Runnable writing) {
        try {
            writing.run();
        } catch (OutputException | ModelFormatException e) {
            if (!Thread.currentThread().isInterrupted()) {
                throw e;
            }
            CancelledException cancelled = new CancelledException(0, 1);
            cancelled.addSuppressed(e);
            throw cancelled;
        }
    }

    @Override
    public Inspection inspect(Path path) {
        return Inspector.inspect(path, adapters());
    }

    @Override
    public Picture readPicture(Path file) {
        try {
            return ImageReader.read(file).pixels().toPicture();
        } catch (ImageReadException e) {
            throw new PictureFormatException(file, e.reason(), e);
        }
    }

    @Override
    public void writePicture(Picture picture, Path png) {
        PngWriter.write(png, picture, Map.of());
    }

    @Override
    public GeneratedImage grid(List<GeneratedImage> pictures) {
        return GeneratedPicture.grid(pictures);
    }

    @Override
    public SavedRequest readRequest(Path png) {
        return RequestFile.read(png);
    }

    private static AdapterProvider adapters() {
        return ServiceLoader.load(AdapterProvider.class)
                .findFirst()
                .orElseThrow(() -> new EngineException(
                        "no adapters on the class path: add the dependency io.github.sdfinetune:sdfinetune-lora"
                                + " (which brings sdfinetune-core)",
                        null));
    }
}
