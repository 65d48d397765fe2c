package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.LinearCombination.sum;
import static io.github.sdfinetune.core.scheduler.LinearCombination.term;

import io.github.sdfinetune.core.config.JsonFile;
import java.util.Arrays;

/**
 * The midpoint method, with the middle of a step taken in the logarithm of sigma (k-diffusion's {@code sample_dpm_2} and
 * {@code sample_dpm_2_ancestral}).
 *
 * @param ancestral whether each step goes further down and adds fresh noise
 */
record Kdpm2(NoiseSchedule noiseSchedule, PredictionType predictionType, SigmaSchedule sigmaSchedule, boolean ancestral)
        implements SigmaSampler {

    static Kdpm2 of(JsonFile settings) {
        return of(settings, false);
    }

    static Kdpm2 ancestral(JsonFile settings) {
        return of(settings, true);
    }

    private static Kdpm2 of(JsonFile settings, boolean ancestral) {
        return new Kdpm2(
                NoiseSchedule.of(settings, NoiseSchedule.Defaults.SECOND_ORDER).withFiniteSigmas(),
                PredictionType.noiseOrVelocity(settings, ancestral ? "DPM2 a" : "DPM2"),
                SigmaSchedule.of(settings, SigmaSpread.of(settings)),
                ancestral);
    }

    @Override
    public String name() {
        return SigmaSpread.name(ancestral ? "DPM2 a" : "DPM2", sigmaSchedule.spread());
    }

    @Override
    public int evaluationsPerStep() {
        return 2;
    }

    @Override
    public SamplerRun start(StepPlan plan, int beginIndex, int batch) {
        double[] sigmas = sigmas(plan);
        double[] middles = new double[sigmas.length - 1];
        Arrays.setAll(
                middles,
                i -> Math.sqrt(sigmas[i] * move(sigmas[i], sigmas[i + 1]).down()));
        double[] betweenSteps = Arrays.stream(middles, 0, middles.length - 1)
                .map(noiseSchedule::timestepOf)
                .toArray();
        return new Run(
                TwoStageRun.interleave(timesteps(plan), betweenSteps),
                TwoStageRun.interleave(Arrays.copyOf(sigmas, sigmas.length - 1), middles),
                beginIndex);
    }

    @Override
    public double[] timesteps(StepPlan plan) {
        double[] timesteps = SigmaSampler.super.timesteps(plan);
        boolean whole = sigmaSchedule
                .spread()
                .filter(spread -> spread.spacing() == SigmaSpacing.KARRAS)
                .isPresent();
        return whole ? Arrays.stream(timesteps).map(Math::rint).toArray() : timesteps;
    }

    private AncestralStep move(double from, double to) {
        return ancestral ? AncestralStep.between(from, to) : new AncestralStep(to, 0);
    }

    private final class Run extends TwoStageRun {
        Run(double[] timesteps, double[] sigmas, int beginIndex) {
            super(Kdpm2.this, timesteps, sigmas, beginIndex);
        }

        @Override
        float[] denoised(float[] modelOutput, float[] latents, double sigma) {
            return predictionType.denoised(modelOutput, latents, sigma);
        }

        @Override
        float[] finish(int index, float[] origin, float[] first, float[] second, NoiseDraw noise) {
            double sigma = sigmaAt(index - 1);
            AncestralStep step = move(sigma, sigmaAt(index + 1));
            float[] next = sum(term(1, origin), term(step.down() - sigma, second));
            return ancestral ? sum(term(1, next), term(step.up(), noise.draw())) : next;
        }
    }
}
