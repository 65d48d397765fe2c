package io.github.sdfinetune.core.scheduler;

/** A sampler that counts its way in the logarithm of signal over noise, as DPM-Solver and its relatives do. */
sealed interface LambdaSampler extends SamplerSpec permits DpmMultistep, DpmSinglestep, UniPc, Deis {
    LambdaSchedule lambdaSchedule();

    DenoisedLimit limit();
}
