package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.Generation;
import io.github.sdfinetune.HighResolution;
import io.github.sdfinetune.ProgressListener;
import io.github.sdfinetune.core.image.RgbImage;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.model.DiffusionModel;
import io.github.sdfinetune.core.prompt.PromptSteps;
import io.github.sdfinetune.core.scheduler.SamplerSpec;
import io.github.sdfinetune.core.tensor.Scope;
import java.util.List;
import java.util.Optional;

/** One request on its way: the first pass, the second if there is one, the pictures. */
final class GenerationRun {
    private final DiffusionModel model;
    private final Generation generation;
    private final SamplerSpec sampler;
    private final List<Long> seeds;
    private final Patches patches;
    private final ProgressListener listener;
    private final Progress progress;
    private final Canvas canvas;

    GenerationRun(
            DiffusionModel model,
            Generation generation,
            Canvas canvas,
            SamplerSpec sampler,
            List<Long> seeds,
            Patches patches,
            ProgressListener listener,
            Progress progress) {
        this.model = model;
        this.generation = generation;
        this.canvas = canvas;
        this.sampler = sampler;
        this.seeds = seeds;
        this.patches = patches;
        this.listener = listener;
        this.progress = progress;
    }

    List<RgbImage> pictures() {
        try (Scope request = Scope.open()) {
            LatentShape shape = shape(canvas.size());
            Optional<LatentShape> large = generation.highResolution().map(high -> shape(size(high)));
            float[] latents = firstPass(shape);
            if (large.isEmpty()) {
                return decode(latents, shape, canvas.size());
            }
            HighResolution high = generation.highResolution().orElseThrow();
            return decode(secondPass(high, latents, shape, large.get()), large.get(), size(high));
        }
    }

    private LatentShape shape(PixelSize size) {
        int factor = model.vae().factor();
        PictureSizes.requireFits(size, factor);
        return new LatentShape(
                generation.pictures(), model.vae().latentChannels(), size.height() / factor, size.width() / factor);
    }

    private static PixelSize size(HighResolution high) {
        return new PixelSize(high.width(), high.height());
    }

    private float[] firstPass(LatentShape shape) {
        PictureEncoder encoder = encoder(shape, canvas.size());
        try (LatentNoise noise = new LatentNoise(seeds, shape)) {
            progress.check();
            if (canvas.picture().isPresent() && stepsLeft(canvas.picture().get()) == 0) {
                float[] mean = encoder.mean(canvas.picture().get().image().normalised());
                progress.prepared("encoding the picture", 1, 1);
                return mean;
            }
            Start start = start(shape, encoder, noise);
            PromptBatch prompts = new PromptEncoder(model, patches, listener)
                    .encode(generation, PromptSteps.of(promptSteps(generation.steps())), canvas.size());
            return denoise(start, prompts, shape, canvas.size(), noise);
        }
    }

    private int stepsLeft(InitialPicture picture) {
        return Start.stepsOf(generation.steps(), picture.strength());
    }

    /** For how many steps schedules are read: twice as many where the sampler evaluates the model twice in each, all of them. */
    private int promptSteps(int steps) {
        return steps * sampler.evaluationsPerStep();
    }

    private Start start(LatentShape shape, PictureEncoder encoder, LatentNoise noise) {
        if (canvas.picture().isEmpty()) {
            return shown(Start.fromNoise(sampler, generation.steps(), shape, noise), encoder);
        }
        Start start = Start.fromPicture(
                sampler, generation.steps(), canvas.picture().get(), model.isInpainting(), encoder, noise);
        progress.prepared("encoding the picture", 1, 1);
        return shown(start, encoder);
    }

    /** Tells an inpainting model that all is to be repainted unless it is told something else. */
    private Start shown(Start start, PictureEncoder encoder) {
        return model.isInpainting() && start.inputChannels().isEmpty() ? start.repaintingAll(encoder) : start;
    }

    private float[] secondPass(HighResolution high, float[] latents, LatentShape shape, LatentShape large) {
        PictureEncoder encoder = encoder(large, size(high));
        float[] upscaled = high.upscaling() == HighResolution.Upscaling.LANCZOS
                ? scaledPixels(high, latents, shape, large)
                : LatentScaling.of(high.upscaling(), latents, shape, large);
        int steps = high.steps().orElse(generation.steps());
        if (Start.stepsOf(steps, high.strength()) == 0) {
            return upscaled;
        }
        try (LatentNoise noise = new LatentNoise(seeds, large)) {
            Start start = shown(Start.fromLatents(sampler, steps, high.strength(), upscaled, large, noise), encoder);
            // What there is to warn of was said in the first pass.
            PromptBatch prompts = new PromptEncoder(model, patches, event -> {})
                    .encode(
                            generation,
                            new PromptSteps(promptSteps(steps), promptSteps(generation.steps())),
                            size(high));
            return denoise(start, prompts, large, size(high), noise);
        }
    }

    private float[] scaledPixels(HighResolution high, float[] latents, LatentShape shape, LatentShape large) {
        List<RgbImage> pictures = codec(canvas.size())
                .decode(latents, shape, done -> progress.prepared("decoding pictures", done, shape.batch()));
        PictureEncoder encoder = encoder(large.ofOne(), size(high));
        float[] scaled = new float[large.count()];
        for (int i = 0; i < pictures.size(); i++) {
            float[] pixels =
                    pictures.get(i).resized(high.width(), high.height()).normalised();
            int one = large.ofOne().count();
            System.arraycopy(encoder.mean(pixels), 0, scaled, i * one, one);
            progress.prepared("encoding pictures", i + 1, pictures.size());
        }
        return scaled;
    }

    private float[] denoise(Start start, PromptBatch prompts, LatentShape shape, PixelSize size, LatentNoise noise) {
        Guidance guidance = new Guidance(
                generation.guidanceScale(),
                generation.guidanceRescale(),
                generation.guidanceFrom(),
                generation.guidanceTo());
        Controls controls = Controls.of(generation, size, canvas.section());
        Denoiser denoiser = new Denoiser(model.unet(), prompts, guidance, start.inputChannels(), controls, patches);
        Previews previews = new Previews(model.unet().config().textTime().isPresent(), sampler, shape);
        progress.check();
        return new DenoisingLoop(denoiser, start.afterStep()).run(start.run(), shape, start.latents(), noise, step -> {
            progress.step();
            if (generation.previewEvery().isPresent()
                    && step.number() % generation.previewEvery().getAsInt() == 0) {
                previews.show(step, progress);
            }
        });
    }

    private List<RgbImage> decode(float[] latents, LatentShape shape, PixelSize size) {
        return codec(size)
                .decode(latents, shape, done -> progress.prepared("decoding pictures", done, shape.batch()))
                .stream()
                .map(canvas.result())
                .toList();
    }

    private LatentCodec codec(PixelSize size) {
        return new LatentCodec(model.vae(), LatentCodec.isTiled(generation, size), progress::check);
    }

    private PictureEncoder encoder(LatentShape shape, PixelSize size) {
        return new PictureEncoder(codec(size), shape);
    }
}
