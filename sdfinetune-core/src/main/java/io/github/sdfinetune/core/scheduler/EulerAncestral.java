package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.LinearCombination.sum;
import static io.github.sdfinetune.core.scheduler.LinearCombination.term;

import io.github.sdfinetune.core.config.JsonFile;
import java.util.Optional;

/** Euler's method with fresh noise at each step (k-diffusion's {@code sample_euler_ancestral}). */
record EulerAncestral(NoiseSchedule noiseSchedule, PredictionType predictionType, SigmaSchedule sigmaSchedule)
        implements SigmaSampler {

    static EulerAncestral of(JsonFile settings) {
        return new EulerAncestral(
                NoiseSchedule.rescaled(settings).withFiniteSigmas(),
                PredictionType.noiseOrVelocity(settings, "Euler a"),
                SigmaSchedule.of(settings, Optional.empty()));
    }

    @Override
    public String name() {
        return "Euler a";
    }

    @Override
    public SamplerRun start(StepPlan plan, int beginIndex, int batch) {
        return new Run(plan, beginIndex);
    }

    private final class Run extends SigmaRun {
        Run(StepPlan plan, int beginIndex) {
            super(EulerAncestral.this, plan, beginIndex);
        }

        @Override
        float[] advance(int index, float[] modelOutput, float[] latents, NoiseDraw noise) {
            double sigma = sigmaAt(index);
            AncestralStep step = AncestralStep.between(sigma, sigmaAt(index + 1));
            float[] denoised = predictionType.denoised(modelOutput, latents, sigma);
            double kept = step.down() / sigma;
            return sum(term(kept, latents), term(1 - kept, denoised), term(step.up(), noise.draw()));
        }
    }
}
