package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.core.scheduler.NoiseDraw;
import io.github.sdfinetune.core.scheduler.SamplerRun;
import io.github.sdfinetune.error.GenerationException;
import java.util.function.UnaryOperator;

/** The loop from noise to latents that all pipelines share: predict, let the sampler step. */
final class DenoisingLoop {
    private final Denoiser denoiser;
    private final UnaryOperator<float[]> afterStep;

    /** Hears of every step; may throw to end the loop. */
    @FunctionalInterface
    interface Observer {
        void onStep(Step step);
    }

    /**
     * A step that was completed.
     *
     * @param number counted from 1
     * @param modelInput the noisy latents as the model got them
     * @param modelOutput after guidance, as the sampler got it
     * @param latents that the sampler made of it
     */
    record Step(int number, double timestep, float[] modelInput, float[] modelOutput, float[] latents) {}

    /** @param afterStep changes the latents behind each step of the sampler, which then is where they are going next */
    DenoisingLoop(Denoiser denoiser, UnaryOperator<float[]> afterStep) {
        this.denoiser = denoiser;
        this.afterStep = afterStep;
    }

    /**
     * Runs to the end.
     *
     * @param start the latents of the first step
     * @param noise for samplers that add some
     * @return clean latents
     * @throws GenerationException if the numbers are no longer finite
     */
    float[] run(SamplerRun run, LatentShape shape, float[] start, NoiseDraw noise, Observer observer) {
        float[] latents = start;
        int evaluations = run.timesteps().length;
        for (int i = 0; !run.isFinished(); i++) {
            Denoiser.Moment moment = new Denoiser.Moment(i, evaluations, run.timestep());
            float[] modelInput = run.scaleModelInput(latents);
            float[] modelOutput = denoiser.predict(modelInput, shape, moment);
            latents = afterStep.apply(run.step(modelOutput, latents, noise));
            checkFinite("the latents after step " + (i + 1), latents);
            observer.onStep(new Step(i + 1, moment.timestep(), modelInput, modelOutput, latents));
        }
        return latents;
    }

    static void checkFinite(String what, float... values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new GenerationException(
                        what + " are not finite numbers: the scale of an adapter or ControlNet, the"
                                + " guidance scale or a weight in a prompt is too large, or the model's weights are damaged");
            }
        }
    }
}
