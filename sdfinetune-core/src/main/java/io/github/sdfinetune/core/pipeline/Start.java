package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.core.pipeline.InitialPicture.LatentMask;
import io.github.sdfinetune.core.scheduler.NoiseDraw;
import io.github.sdfinetune.core.scheduler.SamplerRun;
import io.github.sdfinetune.core.scheduler.SamplerSpec;
import io.github.sdfinetune.core.scheduler.StepPlan;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where a run of denoising starts, as in diffusers' pipelines.
 *
 * @param run that has not begun
 * @param latents of its first step
 * @param inputChannels what an inpainting model is given behind the noisy latents: mask and latents of the masked picture of each
 *     picture, (5, height/8, width/8); absent for other models
 * @param afterStep what is done to the latents behind each step
 */
record Start(SamplerRun run, float[] latents, Optional<float[]> inputChannels, UnaryOperator<float[]> afterStep) {

    /** From noise alone. */
    static Start fromNoise(SamplerSpec sampler, int steps, LatentShape shape, NoiseDraw noise) {
        SamplerRun run = sampler.start(steps, shape.batch());
        return new Start(run, scaled(noise.draw(), run.initNoiseSigma()), Optional.empty(), UnaryOperator.identity());
    }

    /** How many of the steps are done for a strength. */
    static int stepsOf(int steps, double strength) {
        return Math.min((int) (steps * strength), steps);
    }

    /** How often the model is evaluated for a strength. */
    static int evaluations(SamplerSpec sampler, int steps, double strength) {
        return stepsOf(steps, strength) == 0
                ? 0
                : run(sampler, steps, strength, 1).timesteps().length;
    }

    private static SamplerRun run(SamplerSpec sampler, int steps, double strength, int batch) {
        int skipped = steps - stepsOf(steps, strength);
        return sampler.start(StepPlan.of(steps), skipped * sampler.evaluationsPerStep(), batch);
    }

    /**
     * From latents that are made noisy.
     *
     * @param strength at which at least one step is left
     */
    static Start fromLatents(
            SamplerSpec sampler, int steps, double strength, float[] clean, LatentShape shape, NoiseDraw noise) {
        SamplerRun run = run(sampler, steps, strength, shape.batch());
        return new Start(run, run.addNoise(clean, noise.draw()), Optional.empty(), UnaryOperator.identity());
    }

    /** The same for an inpainting model that is told to repaint all: the masked picture is gray all over. */
    Start repaintingAll(PictureEncoder encoder) {
        LatentShape shape = encoder.shape();
        float[] white = new float[shape.height() * shape.width()];
        Arrays.fill(white, 1);
        return new Start(run, latents, Optional.of(inputChannels(white, encoder.gray(), shape)), afterStep);
    }

    /**
     * From a picture that is made noisy. Where only a part is to be repainted, a model with input channels for the mask is shown what
     * is kept; for any other, what is kept is put back behind each step, as noisy as the latents are then.
     *
     * @param picture of a strength at which at least one step is left
     * @param inpaintingModel whether the model has input channels for the mask
     */
    static Start fromPicture(
            SamplerSpec sampler,
            int steps,
            InitialPicture picture,
            boolean inpaintingModel,
            PictureEncoder encoder,
            NoiseDraw noise) {
        SamplerRun run = run(sampler, steps, picture.strength(), encoder.shape().batch());
        float[] pixels = picture.image().normalised();
        if (picture.mask().isPresent()) {
            return inpainting(
                    run, pixels, picture.mask().get(), picture.strength() == 1, inpaintingModel, encoder, noise);
        }
        float[] clean = encoder.sample(pixels, noise);
        return new Start(run, run.addNoise(clean, noise.draw()), Optional.empty(), UnaryOperator.identity());
    }

    private static Start inpainting(
            SamplerRun run,
            float[] pixels,
            LatentMask mask,
            boolean fromNoise,
            boolean inpaintingModel,
            PictureEncoder encoder,
            NoiseDraw noise) {
        float[] clean = inpaintingModel && fromNoise ? new float[0] : encoder.sample(pixels, noise);
        float[] drawn = noise.draw();
        float[] latents = fromNoise ? scaled(drawn, run.initNoiseSigma()) : run.addNoise(clean, drawn);
        if (inpaintingModel) {
            float[] masked = encoder.sample(masked(pixels, mask.pixels()), noise);
            return new Start(
                    run,
                    latents,
                    Optional.of(inputChannels(mask.latents(), masked, encoder.shape())),
                    UnaryOperator.identity());
        }
        // diffusers encodes the masked picture for any model: what the sampler draws afterwards depends on this draw.
        noise.draw();
        return new Start(
                run,
                latents,
                Optional.empty(),
                next -> blended(run.isFinished() ? clean : run.addNoise(clean, drawn), next, mask.latents()));
    }

    /** The picture with gray, 0, where it is repainted. */
    private static float[] masked(float[] pixels, float... mask) {
        float[] masked = new float[pixels.length];
        for (int i = 0; i < masked.length; i++) {
            masked[i] = mask[i % mask.length] < 0.5f ? pixels[i] : 0;
        }
        return masked;
    }

    private static float[] inputChannels(float[] mask, float[] masked, LatentShape shape) {
        int one = shape.ofOne().count();
        float[] channels = new float[shape.batch() * (mask.length + one)];
        for (int i = 0, to = 0; i < shape.batch(); i++, to += mask.length + one) {
            System.arraycopy(mask, 0, channels, to, mask.length);
            System.arraycopy(masked, i * one, channels, to + mask.length, one);
        }
        return channels;
    }

    private static float[] blended(float[] kept, float[] repainted, float... mask) {
        float[] blended = new float[kept.length];
        for (int i = 0; i < blended.length; i++) {
            float share = mask[i % mask.length];
            blended[i] = (1 - share) * kept[i] + share * repainted[i];
        }
        return blended;
    }

    private static float[] scaled(float[] noise, double sigma) {
        float[] scaled = new float[noise.length];
        for (int i = 0; i < noise.length; i++) {
            scaled[i] = (float) (noise[i] * sigma);
        }
        return scaled;
    }
}
