package io.github.sdfinetune.core.scheduler;

import io.github.sdfinetune.core.config.JsonFile;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** The classes of diffusers that there is a sampler for, with what reads their settings. */
final class SamplerClasses {
    private static final Map<String, Function<JsonFile, SamplerSpec>> CLASSES = new TreeMap<>(Map.ofEntries(
            Map.entry("DDIMScheduler", Ddim::of),
            Map.entry("PNDMScheduler", Pndm::of),
            Map.entry("DDPMScheduler", Ddpm::of),
            Map.entry("EulerDiscreteScheduler", Euler::of),
            Map.entry("EulerAncestralDiscreteScheduler", EulerAncestral::of),
            Map.entry("LMSDiscreteScheduler", Lms::of),
            Map.entry("HeunDiscreteScheduler", Heun::of),
            Map.entry("KDPM2DiscreteScheduler", Kdpm2::of),
            Map.entry("KDPM2AncestralDiscreteScheduler", Kdpm2::ancestral),
            Map.entry("DPMSolverMultistepScheduler", DpmMultistep::of),
            Map.entry("DPMSolverSinglestepScheduler", DpmSinglestep::of),
            Map.entry("UniPCMultistepScheduler", UniPc::of),
            Map.entry("DEISMultistepScheduler", Deis::of),
            Map.entry("LCMScheduler", Lcm::of),
            Map.entry("TCDScheduler", Tcd::of)));

    private SamplerClasses() {}

    static Optional<Function<JsonFile, SamplerSpec>> find(String className) {
        return Optional.ofNullable(CLASSES.get(className));
    }

    /** In the order of the alphabet. */
    static Set<String> names() {
        return CLASSES.keySet();
    }
}
