package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.image.RgbImage;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.model.DiffusionModel;
import io.github.sdfinetune.core.prompt.PromptSteps;
import io.github.sdfinetune.core.scheduler.NoiseDraw;
import io.github.sdfinetune.core.scheduler.SamplerSpec;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.vae.Autoencoder;
import io.github.sdfinetune.event.ProgressEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
     */
    public List<RgbImage> generate(
            Generation generation, List<Long> seeds, Patches patches, ProgressListener listener, StopSignal stop) {
        LatentShape shape = shape(generation);
        try (Scope request = Scope.open();
                LatentNoise noise = new LatentNoise(seeds, shape)) {
            Start start = start(generation, Optional.empty(), shape, noise);
            int steps = start.run().timesteps().length;
            stop.check(0, steps);
            PromptBatch prompts = new PromptEncoder(model, patches, listener)
                    .encode(generation, PromptSteps.of(steps), pixels(shape));
            float[] latents =
                    denoise(generation, start, prompts, shape, noise, patches, (step, modelOutput, result) -> {
                        listener.on(new ProgressEvent.DenoisingStep(step, steps));
                        stop.check(step, steps);
                    });
            return decode(model.vae(), latents, shape, () -> stop.check(steps, steps));
        }
    }

    private LatentShape shape(Generation generation) {
        int factor = model.vae().factor();
        int width = generation.width().orElse(model.pictureSize());
        int height = generation.height().orElse(model.pictureSize());
        PictureSizes.requireMultiple("width", width, factor);
        PictureSizes.requireMultiple("height", height, factor);
        PictureSizes.requireFitsArray(width, height);
        return new LatentShape(generation.pictures(), model.vae().latentChannels(), height / factor, width / factor);
    }

    private PixelSize pixels(LatentShape shape) {
        int factor = model.vae().factor();
        return new PixelSize(shape.width() * factor, shape.height() * factor);
    }

    Start start(Generation generation, Optional<InitialPicture> picture, LatentShape shape, NoiseDraw noise) {
        SamplerSpec sampler = sampler(generation);
        if (picture.isEmpty()) {
            return Start.fromNoise(sampler, generation.steps(), shape, noise);
        }
        return Start.fromPicture(
                sampler,
                generation.steps(),
                picture.get(),
                model.isInpainting(),
                new PictureEncoder(model.vae(), shape),
                noise);
    }

    float[] denoise(
            Generation generation,
            Start start,
            PromptBatch prompts,
            LatentShape shape,
            NoiseDraw noise,
            Patches patches,
            DenoisingLoop.Observer observer) {
        Guidance guidance = new Guidance(generation.guidanceScale(), generation.guidanceRescale(), 0, 1);
        Controls controls = Controls.of(generation, model, pixels(shape));
        Denoiser denoiser = new Denoiser(model.unet(), prompts, guidance, start.inputChannels(), controls, patches);
        return new DenoisingLoop(denoiser, start.run().timesteps().length, start.afterStep())
                .run(start.run(), shape, start.latents(), noise, observer);
    }

    /**
     * Decodes picture by picture: the VAE is what needs most memory.
     *
     * @param beforeEach may throw to end the work
     */
    static List<RgbImage> decode(Autoencoder vae, float[] latents, LatentShape shape, Runnable beforeEach) {
        List<RgbImage> images = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            Tensor all = Tensor.of(latents, shape.dimensions(1));
            for (int i = 0; i < shape.batch(); i++) {
                beforeEach.run();
                try (Scope picture = Scope.open()) {
                    Tensor decoded = vae.decode(all.narrow(0, i, 1)); // (1, 3, height, width)
                    float[] pixels = decoded.toFloats();
                    DenoisingLoop.checkFinite("the pixels of picture " + (i + 1), pixels);
                    images.add(RgbImage.fromPlanar(pixels, (int) decoded.size(3), (int) decoded.size(2)));
                }
            }
        }
        return images;
    }
}
