package io.github.sdfinetune;

import java.util.Locale;

/** The samplers that can be asked for by name; without one the model's own scheduler configuration decides. */
public enum Sampler {
    /** Denoising Diffusion Implicit Models (arXiv:2010.02502). */
    DDIM,
    /** Pseudo numerical methods for diffusion models (arXiv:2202.09778), the default of Stable Diffusion 1.x. */
    PNDM,
    /** Euler's method, Algorithm 2 of Karras et al. 2022 (arXiv:2206.00364). */
    EULER,
    /** Ancestral sampling of the original diffusion model (arXiv:2006.11239). */
    DDPM;

    /**
     * Finds a sampler by name, in any case.
     *
     * @throws IllegalArgumentException for an unknown name; the message lists the known ones
     */
    public static Sampler of(String name) {
        for (Sampler sampler : values()) {
            if (sampler.name().equals(name.toUpperCase(Locale.ROOT))) {
                return sampler;
            }
        }
        throw new IllegalArgumentException("unknown sampler \"" + name + "\", expected one of ddim, pndm, euler, ddpm");
    }
}
