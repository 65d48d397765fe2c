package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;
import static io.github.sdfinetune.SamplerMethod.fixed;
import static io.github.sdfinetune.SamplerMethod.multistep;
import static io.github.sdfinetune.SamplerMethod.singlestep;
import static io.github.sdfinetune.SamplerMethod.spaced;
import static io.github.sdfinetune.SamplerMethod.spread;

import io.github.sdfinetune.SamplerMethod.Spacing;
import io.github.sdfinetune.SamplerMethod.Spread;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a generation gets from noise to a picture. Without one the model's own scheduler configuration decides; a sampler keeps that
 * configuration and replaces in it only what its name says. Immutable; samplers of one name are equal.
 *
 * <pre>{@code
 * Generation.of("a red mug").sampler(Sampler.DPM_PP_2M.karras())
 * Generation.of("a red mug").sampler(Sampler.of("DPM++ 2M Karras"))      // the same
 * Generation.of("a red mug").sampler(Sampler.DDIM.trailing())            // "DDIM Trailing"
 * }</pre>
 */
public final class Sampler {
    /** Denoising Diffusion Implicit Models (arXiv:2010.02502). */
    public static final Sampler DDIM = new Sampler(spaced("DDIM", "DDIMScheduler"));

    /** Pseudo numerical methods for diffusion models (arXiv:2202.09778), the default of Stable Diffusion 1.x. */
    public static final Sampler PNDM = new Sampler(spaced("PLMS", "PNDMScheduler", "pndm"));

    /** Ancestral sampling of the original diffusion model (arXiv:2006.11239). */
    public static final Sampler DDPM = new Sampler(spaced("DDPM", "DDPMScheduler"));

    /** Euler's method, Algorithm 2 of Karras et al. 2022 (arXiv:2206.00364). */
    public static final Sampler EULER = new Sampler(spread("Euler", "EulerDiscreteScheduler", Map.of()));

    /** Euler's method with fresh noise at each step. */
    public static final Sampler EULER_ANCESTRAL =
            new Sampler(spaced("Euler a", "EulerAncestralDiscreteScheduler", "euler ancestral"));

    /** Linear multistep method over the last four evaluations. */
    public static final Sampler LMS = new Sampler(spread("LMS", "LMSDiscreteScheduler", Map.of()));

    /** Heun's method, two evaluations of the model for each step (arXiv:2206.00364). */
    public static final Sampler HEUN = new Sampler(spread("Heun", "HeunDiscreteScheduler", Map.of()));

    /** The midpoint method, two evaluations of the model for each step. */
    public static final Sampler KDPM2 =
            new Sampler(spread("DPM2", "KDPM2DiscreteScheduler", Map.of(), "kdpm2", "dpm_2"));

    /** The midpoint method with fresh noise at each step. */
    public static final Sampler KDPM2_ANCESTRAL = new Sampler(spread(
            "DPM2 a",
            "KDPM2AncestralDiscreteScheduler",
            Map.of(),
            "dpm2 ancestral",
            "kdpm2 a",
            "kdpm2 ancestral",
            "dpm_2 a",
            "dpm_2 ancestral"));

    /** DPM-Solver++ of first order (arXiv:2211.01095), which is DDIM in other words. */
    public static final Sampler DPM_PP_1M = new Sampler(multistep("DPM++ 1M", "dpmsolver++", 1));

    /** DPM-Solver++ of first order with fresh noise at each step. */
    public static final Sampler DPM_PP_1M_SDE = new Sampler(multistep("DPM++ 1M SDE", "sde-dpmsolver++", 1));

    /** DPM-Solver++ of second order over the last evaluations (arXiv:2211.01095). */
    public static final Sampler DPM_PP_2M =
            new Sampler(multistep("DPM++ 2M", "dpmsolver++", 2, "DPMSolverMultistepScheduler", "dpmsolver++", "dpm++"));

    /** DPM-Solver++ of second order with fresh noise at each step. */
    public static final Sampler DPM_PP_2M_SDE =
            new Sampler(multistep("DPM++ 2M SDE", "sde-dpmsolver++", 2, "sde-dpmsolver++"));

    /** DPM-Solver++ of third order over the last evaluations. */
    public static final Sampler DPM_PP_3M = new Sampler(multistep("DPM++ 3M", "dpmsolver++", 3));

    /** DPM-Solver++ of third order with fresh noise at each step. */
    public static final Sampler DPM_PP_3M_SDE = new Sampler(multistep("DPM++ 3M SDE", "sde-dpmsolver++", 3));

    /** DPM-Solver++ of first order, each step on its own (arXiv:2211.01095). */
    public static final Sampler DPM_PP_1S = new Sampler(singlestep("DPM++ 1S", "dpmsolver++", 1));

    /** DPM-Solver++ of first order with fresh noise, each step on its own. */
    public static final Sampler DPM_PP_1S_SDE = new Sampler(singlestep("DPM++ 1S SDE", "sde-dpmsolver++", 1));

    /** DPM-Solver++ of second order, each two steps on their own (arXiv:2211.01095). */
    public static final Sampler DPM_PP_2S =
            new Sampler(singlestep("DPM++ 2S", "dpmsolver++", 2, "DPMSolverSinglestepScheduler"));

    /** DPM-Solver++ of second order with fresh noise, each two steps on their own. */
    public static final Sampler DPM_PP_SDE = new Sampler(singlestep("DPM++ SDE", "sde-dpmsolver++", 2, "dpm++ 2s sde"));

    /** DPM-Solver++ of third order, each three steps on their own. */
    public static final Sampler DPM_PP_3S = new Sampler(singlestep("DPM++ 3S", "dpmsolver++", 3));

    /** DPM-Solver++ of third order with fresh noise, each three steps on their own. */
    public static final Sampler DPM_PP_3S_SDE = new Sampler(singlestep("DPM++ 3S SDE", "sde-dpmsolver++", 3));

    /** A unified predictor and corrector (arXiv:2302.04867). */
    public static final Sampler UNIPC = new Sampler(spread("UniPC", "UniPCMultistepScheduler", Map.of()));

    /** Exponential integrator that extrapolates the predicted noise (arXiv:2204.13902). */
    public static final Sampler DEIS =
            new Sampler(spread("DEIS", "DEISMultistepScheduler", Map.of("algorithm_type", "deis")));

    /** Latent consistency models in a few steps (arXiv:2310.04378); for models or adapters distilled for it. */
    public static final Sampler LCM = new Sampler(fixed("LCM", "LCMScheduler"));

    /** Trajectory consistency distillation in a few steps (arXiv:2402.19159); for models or adapters distilled for it. */
    public static final Sampler TCD = new Sampler(fixed("TCD", "TCDScheduler"));

    private static final List<Sampler> ALL = List.of(
            DDIM,
            PNDM,
            DDPM,
            EULER,
            EULER_ANCESTRAL,
            LMS,
            HEUN,
            KDPM2,
            KDPM2_ANCESTRAL,
            DPM_PP_1M,
            DPM_PP_1M_SDE,
            DPM_PP_2M,
            DPM_PP_2M_SDE,
            DPM_PP_3M,
            DPM_PP_3M_SDE,
            DPM_PP_1S,
            DPM_PP_1S_SDE,
            DPM_PP_2S,
            DPM_PP_SDE,
            DPM_PP_3S,
            DPM_PP_3S_SDE,
            UNIPC,
            DEIS,
            LCM,
            TCD);

    private final SamplerMethod method;
    private final Optional<Spread> spread;
    private final Optional<Spacing> spacing;

    private Sampler(SamplerMethod method, Optional<Spread> spread, Optional<Spacing> spacing) {
        this.method = method;
        this.spread = spread;
        this.spacing = spacing;
    }

    private Sampler(SamplerMethod method) {
        this(method, Optional.empty(), Optional.empty());
    }

    /** Every sampler, with neither sigmas nor timesteps chosen. */
    public static List<Sampler> all() {
        return ALL;
    }

    /**
     * Finds a sampler by name: the one that AUTOMATIC1111 and others use ({@code DPM++ 2M Karras}, {@code Euler a}), a short one
     * ({@code euler_a}, {@code dpmpp_2m_karras}), or the class of diffusers. The spacing of timesteps stands behind all else
     * ({@code Euler Karras Trailing}). Case, spaces, underscores and hyphens don't matter, {@code ++} may be {@code pp}.
     *
     * @throws IllegalArgumentException for an unknown name; the message has the nearest known ones and lists all
     */
    public static Sampler of(String name) {
        return SamplerNames.find(name).orElseThrow(() -> new IllegalArgumentException(SamplerNames.unknown(name)));
    }

    /**
     * With the sigmas of Karras et al. 2022, close together where there is little noise.
     *
     * @throws IllegalArgumentException if this sampler has no such sigmas
     */
    public Sampler karras() {
        return with(Spread.KARRAS);
    }

    /**
     * With sigmas whose logarithms fall evenly.
     *
     * @throws IllegalArgumentException if this sampler has no such sigmas
     */
    public Sampler exponential() {
        return with(Spread.EXPONENTIAL);
    }

    /**
     * With sigmas at quantiles of a beta distribution (arXiv:2407.12173).
     *
     * @throws IllegalArgumentException if this sampler has no such sigmas
     */
    public Sampler beta() {
        return with(Spread.BETA);
    }

    /**
     * With even steps of the logarithm of signal over noise, and whole timesteps nearest to them (arXiv:2206.00927).
     *
     * @throws IllegalArgumentException if this sampler has no such sigmas
     */
    public Sampler lambdaUniform() {
        return with(Spread.LAMBDA_UNIFORM);
    }

    /**
     * With timesteps that are multiples of a whole stride and leave out the last of training (Table 2 of arXiv:2305.08891).
     *
     * @throws IllegalArgumentException if this sampler has no timesteps to choose
     */
    public Sampler leading() {
        return with(Spacing.LEADING);
    }

    /**
     * With even timesteps from the last of training to the first, both included (Table 2 of arXiv:2305.08891).
     *
     * @throws IllegalArgumentException if this sampler has no timesteps to choose
     */
    public Sampler linspace() {
        return with(Spacing.LINSPACE);
    }

    /**
     * With even timesteps from the last of training on, the first left out (Table 2 of arXiv:2305.08891): for few steps, and for
     * models with zero terminal SNR, which expect pure noise in the first step.
     *
     * @throws IllegalArgumentException if this sampler has no timesteps to choose
     */
    public Sampler trailing() {
        return with(Spacing.TRAILING);
    }

    Sampler with(Spread other) {
        require(
                method.spreads().contains(other),
                "%s has no %s sigmas to choose; %s have",
                method.name(),
                other.label,
                SamplerNames.having(other));
        return new Sampler(method, Optional.of(other), spacing);
    }

    Sampler with(Spacing other) {
        require(
                method.spacings().contains(other),
                "%s has no %s timesteps to choose; %s have",
                method.name(),
                other.label,
                SamplerNames.having(other));
        return new Sampler(method, spread, Optional.of(other));
    }

    SamplerMethod method() {
        return method;
    }

    /** The name as AUTOMATIC1111 and others write it, such as {@code DPM++ 2M Karras}; {@link #of} finds this sampler by it. */
    public String name() {
        return method.name()
                + spread.map(chosen -> " " + chosen.label).orElse("")
                + spacing.map(chosen -> " " + chosen.label).orElse("");
    }

    /** The class of diffusers that samples so. */
    public String schedulerClass() {
        return method.schedulerClass();
    }

    /** What the name says beyond the class: settings of the scheduler configuration, as text, number or boolean. */
    public Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>(method.settings());
        spread.ifPresent(chosen -> method.spreads().forEach(each -> settings.put(each.flag, each == chosen)));
        spacing.ifPresent(chosen -> settings.put("timestep_spacing", chosen.word));
        return Map.copyOf(settings);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sampler sampler && sampler.name().equals(name());
    }

    @Override
    public int hashCode() {
        return name().hashCode();
    }

    /** The name. */
    @Override
    public String toString() {
        return name();
    }
}
