package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.Cancellation;
import io.github.sdfinetune.Generation;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.image.RgbImage;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.model.DiffusionModel;
import io.github.sdfinetune.core.scheduler.SamplerRun;
import io.github.sdfinetune.core.scheduler.SamplerSpec;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.vae.Autoencoder;
import io.github.sdfinetune.event.ProgressEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Generates pictures from text. */
public final class TextToImage {
    private final DiffusionModel model;

    public TextToImage(DiffusionModel model) {
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
            Generation generation,
            List<Long> seeds,
            Patches patches,
            ProgressListener listener,
            Cancellation cancellation) {
        LatentShape shape = shape(generation);
        try (Scope request = Scope.open();
                LatentNoise noise = new LatentNoise(seeds, shape)) {
            SamplerRun run = sampler(generation).start(generation.steps(), shape.batch());
            int steps = run.timesteps().length;
            Cancellations.check(cancellation, 0, steps);
            Conditioning conditioning = conditioning(
                    new TextConditioner(model.tokenizer(), model.textEncoder()), generation, patches, listener);
            float[] start = scaled(noise.draw(), run.initNoiseSigma());
            float[] latents = new DenoisingLoop(model.unet(), conditioning, generation.guidanceScale(), patches)
                    .run(run, shape, start, noise, (step, modelOutput, result) -> {
                        listener.on(new ProgressEvent.DenoisingStep(step, steps));
                        Cancellations.check(cancellation, step, steps);
                    });
            return decode(model.vae(), latents, shape, () -> Cancellations.check(cancellation, steps, steps));
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

    static Conditioning conditioning(
            TextConditioner text, Generation generation, Patches patches, ProgressListener listener) {
        Tensor prompts = text.encode(generation.prompts(), generation.clipSkip(), patches, listener);
        if (generation.guidanceScale() <= 1) {
            return new Conditioning(prompts, Optional.empty()).repeated(generation.count());
        }
        // As in diffusers, clip skip does not concern negative prompts.
        Tensor negative = text.encode(generation.negativePrompts(), 0, patches, listener);
        return new Conditioning(prompts, Optional.of(negative)).repeated(generation.count());
    }

    static float[] scaled(float[] noise, double sigma) {
        float[] scaled = new float[noise.length];
        for (int i = 0; i < noise.length; i++) {
            scaled[i] = (float) (noise[i] * sigma);
        }
        return scaled;
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
