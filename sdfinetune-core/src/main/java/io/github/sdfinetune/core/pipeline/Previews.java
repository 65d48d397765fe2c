package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.core.image.LatentPreview;
import io.github.sdfinetune.core.scheduler.SamplerSpec;
import io.github.sdfinetune.event.ProgressEvent;
import java.util.Arrays;

/** Shows what the pictures of a batch are becoming. */
final class Previews {
    private final LatentPreview preview;
    private final SamplerSpec sampler;
    private final LatentShape shape;

    /** @param xl whether the model is one of SDXL */
    Previews(boolean xl, SamplerSpec sampler, LatentShape shape) {
        preview = xl ? LatentPreview.SDXL : LatentPreview.SD;
        this.sampler = sampler;
        this.shape = shape;
    }

    void show(DenoisingLoop.Step step, Progress progress) {
        float[] clean = sampler.denoised(step.modelOutput(), step.modelInput(), step.timestep());
        int size = shape.ofOne().count();
        for (int picture = 0; picture < shape.batch(); picture++) {
            float[] latents = Arrays.copyOfRange(clean, picture * size, (picture + 1) * size);
            progress.tell(new ProgressEvent.Preview(
                    progress.done(),
                    progress.steps(),
                    picture,
                    preview.of(latents, shape.width(), shape.height()).toPicture()));
        }
    }
}
