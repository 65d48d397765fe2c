package io.github.sdfinetune.core.scheduler;

/** A sampler over latents {@code clean + sigma · noise}. */
sealed interface SigmaSampler extends SamplerSpec permits Euler, EulerAncestral, Lms, Heun, Kdpm2 {
    SigmaSchedule sigmaSchedule();

    /** The sigmas at which the steps of a run begin, and the one where the last ends. */
    default double[] sigmas(StepPlan plan) {
        return sigmaSchedule().sigmas(plan, noiseSchedule());
    }

    /** The timesteps at which the steps of a run begin. */
    default double[] timesteps(StepPlan plan) {
        return sigmaSchedule().timesteps(plan, sigmas(plan), noiseSchedule());
    }
}
