package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.scheduler.NoiseDraw;
import io.github.sdfinetune.core.scheduler.SamplerRun;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.unet.UNet;
import io.github.sdfinetune.error.GenerationException;

/** The loop from noise to latents that all pipelines share: evaluate the UNet, guide, let the sampler step. */
public final class DenoisingLoop {
    private final UNet unet;
    private final Conditioning conditioning;
    private final double guidanceScale;
    private final Patches patches;

    /** Hears of every step; may throw to end the loop. */
    @FunctionalInterface
    public interface Observer {
        /**
         * A step was completed.
         *
         * @param step counted from 1
         * @param modelOutput after guidance, as the sampler got it
         * @param latents that the sampler made of it
         */
        void onStep(int step, float[] modelOutput, float[] latents);
    }

    /**
     * @param conditioning with negative prompts if there is guidance
     * @param guidanceScale of classifier-free guidance; without negative prompts of no effect
     * @param patches the adapters of this call
     */
    public DenoisingLoop(UNet unet, Conditioning conditioning, double guidanceScale, Patches patches) {
        this.unet = unet;
        this.conditioning = conditioning;
        this.guidanceScale = guidanceScale;
        this.patches = patches;
    }

    /**
     * Runs to the end.
     *
     * @param start the latents of the first step, scaled by {@link SamplerRun#initNoiseSigma}
     * @param noise for samplers that add some
     * @return clean latents
     * @throws GenerationException if the numbers are no longer finite
     */
    public float[] run(SamplerRun run, LatentShape shape, float[] start, NoiseDraw noise, Observer observer) {
        float[] latents = start;
        try (Scope request = Scope.open()) {
            Tensor text = conditioning.joined(); // (2·batch, textTokens, dim)
            for (int step = 1; !run.isFinished(); step++) {
                float[] modelOutput = predict(run.scaleModelInput(latents), run.timestep(), shape, text);
                latents = run.step(modelOutput, latents, noise);
                checkFinite("the latents after step " + step, latents);
                observer.onStep(step, modelOutput, latents);
            }
        }
        return latents;
    }

    private float[] predict(float[] modelInput, double timestep, LatentShape shape, Tensor text) {
        boolean guided = conditioning.negativePrompts().isPresent();
        try (Scope step = Scope.open()) {
            Tensor once = Tensor.of(modelInput, shape.dimensions(1));
            Tensor input = guided ? Tensor.concat(0, once, once) : once; // (2·batch, channels, height/8, width/8)
            Tensor timesteps = Tensor.of(new float[] {(float) timestep}, 1);
            float[] output = unet.forward(input, timesteps, text, patches).toFloats();
            return guided ? guide(output, shape.count()) : output;
        }
    }

    /** Away from the negative prompts, past the prompts: negative + scale · (positive − negative). */
    private float[] guide(float[] both, int count) {
        float[] guided = new float[count];
        float scale = (float) guidanceScale;
        for (int i = 0; i < count; i++) {
            guided[i] = both[i] + scale * (both[count + i] - both[i]);
        }
        return guided;
    }

    static void checkFinite(String what, float... values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new GenerationException(
                        what + " are not finite numbers: an adapter is too strong, or the weights are damaged");
            }
        }
    }
}
