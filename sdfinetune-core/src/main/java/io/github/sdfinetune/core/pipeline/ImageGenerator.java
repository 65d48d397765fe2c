package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.image.RgbImage;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.model.DiffusionModel;
import io.github.sdfinetune.core.scheduler.SamplerSpec;
import io.github.sdfinetune.error.ModelFormatException;
import java.util.List;

/** Generates pictures from text and, if there is one, from a picture. */
public final class ImageGenerator {
    private final DiffusionModel model;

    public ImageGenerator(DiffusionModel model) {
        this.model = model;
    }

    /** The sampler that a generation uses. */
    public SamplerSpec sampler(Generation generation) {
        return generation
                .sampler()
                .map(sampler -> SamplerSpec.of(model.scheduler(), sampler))
                .orElseGet(() -> SamplerSpec.of(model.scheduler()))
                .withEta(generation.eta());
    }

    /**
     * Generates the pictures of a request, those of the first prompt first.
     *
     * @param seeds one for all pictures, or one for each
     * @param patches the adapters of this call
     * @throws IllegalArgumentException if a size or number of steps does not suit the model
     * @throws ModelFormatException if a ControlNet was made for other models
     */
    public List<RgbImage> generate(
            Generation generation, List<Long> seeds, Patches patches, ProgressListener listener, StopSignal stop) {
        Controls.requireFit(generation, model);
        Canvas canvas = Canvas.of(generation, model);
        SamplerSpec sampler = sampler(generation);
        Progress progress = new Progress(listener, stop, evaluations(generation, canvas, sampler));
        return new GenerationRun(model, generation, canvas, sampler, seeds, patches, listener, progress).pictures();
    }

    private static int evaluations(Generation generation, Canvas canvas, SamplerSpec sampler) {
        int steps = generation.steps();
        double strength = canvas.picture().map(InitialPicture::strength).orElse(1.0);
        int second = generation
                .highResolution()
                .map(high -> Start.evaluations(sampler, high.steps().orElse(steps), high.strength()))
                .orElse(0);
        return Start.evaluations(sampler, steps, strength) + second;
    }
}
