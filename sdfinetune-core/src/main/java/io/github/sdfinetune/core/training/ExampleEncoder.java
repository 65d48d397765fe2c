package io.github.sdfinetune.core.training;

import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.data.FolderDataset;
import io.github.sdfinetune.core.data.TrainingExample;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.model.DiffusionModel;
import io.github.sdfinetune.core.pipeline.TextConditioner;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.vae.Posterior;
import io.github.sdfinetune.event.ProgressEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs the frozen networks over a dataset once: latents of the pictures, text states of the captions. */
final class ExampleEncoder {
    private final DiffusionModel model;
    private final int resolution;

    ExampleEncoder(DiffusionModel model, int resolution) {
        this.model = model;
        this.resolution = resolution;
    }

    List<EncodedExample> encode(FolderDataset dataset, ProgressListener listener) {
        Map<String, float[]> states = new HashMap<>();
        List<EncodedExample> encoded = new ArrayList<>();
        for (TrainingExample example : dataset.examples()) {
            float[] caption =
                    states.computeIfAbsent(example.caption(), words -> encodeText(words, naming(example, listener)));
            encoded.add(encodePicture(example, dataset.pixels(example), caption));
            listener.on(new ProgressEvent.Preparing(
                    "encoding pictures", encoded.size(), dataset.examples().size()));
        }
        return encoded;
    }

    /** Warnings about a caption say whose it is. */
    private static ProgressListener naming(TrainingExample example, ProgressListener listener) {
        return event -> listener.on(
                event instanceof ProgressEvent.Warning warning
                        ? new ProgressEvent.Warning(example.file().getFileName() + ": " + warning.message())
                        : event);
    }

    private float[] encodeText(String caption, ProgressListener listener) {
        TextConditioner text = new TextConditioner(model.textEncoders(), false, Patches.none(), listener);
        try (Scope scope = Scope.open()) {
            return text.encodePlain(caption).toFloats();
        }
    }

    private EncodedExample encodePicture(TrainingExample example, float[] pixels, float[] text) {
        try (Scope scope = Scope.open()) {
            Posterior posterior = model.vae().encode(Tensor.of(pixels, 1, 3, resolution, resolution));
            return EncodedExample.of(String.valueOf(example.file().getFileName()), posterior, text);
        }
    }
}
