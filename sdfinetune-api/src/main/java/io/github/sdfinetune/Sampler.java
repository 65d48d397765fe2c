package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a generation gets from noise to a picture. Without one the model's own scheduler configuration decides; a sampler keeps that
 * configuration and replaces in it only what its name says. Immutable.
 *
 * <pre>{@code
 * Generation.of("a red mug").sampler(Sampler.DPM_PP_2M.karras())
 * Generation.of("a red mug").sampler(Sampler.of("DPM++ 2M Karras"))      // the same
 * }</pre>
 */
public final class Sampler {
    /** Denoising Diffusion Implicit Models (arXiv:2010.02502). */
    public static final Sampler DDIM = fixed("DDIM", "DDIMScheduler", Map.of());

    /** Pseudo numerical methods for diffusion models (arXiv:2202.09778), the default of Stable Diffusion 1.x. */
    public static final Sampler PNDM = fixed("PLMS", "PNDMScheduler", Map.of(), "pndm");

    /** Ancestral sampling of the original diffusion model (arXiv:2006.11239). */
    public static final Sampler DDPM = fixed("DDPM", "DDPMScheduler", Map.of());

    /** Euler's method, Algorithm 2 of Karras et al. 2022 (arXiv:2206.00364). */
    public static final Sampler EULER = spread("Euler", "EulerDiscreteScheduler", Map.of());

    /** Euler's method with fresh noise at each step. */
    public static final Sampler EULER_ANCESTRAL =
            fixed("Euler a", "EulerAncestralDiscreteScheduler", Map.of(), "euler ancestral");

    /** Linear multistep method over the last four evaluations. */
    public static final Sampler LMS = spread("LMS", "LMSDiscreteScheduler", Map.of());

    /** Heun's method, two evaluations of the model for each step (arXiv:2206.00364). */
    public static final Sampler HEUN = spread("Heun", "HeunDiscreteScheduler", Map.of());

    /** The midpoint method, two evaluations of the model for each step. */
    public static final Sampler KDPM2 = spread("DPM2", "KDPM2DiscreteScheduler", Map.of(), "kdpm2", "dpm_2");

    /** The midpoint method with fresh noise at each step. */
    public static final Sampler KDPM2_ANCESTRAL = spread(
            "DPM2 a",
            "KDPM2AncestralDiscreteScheduler",
            Map.of(),
            "dpm2 ancestral",
            "kdpm2 a",
            "kdpm2 ancestral",
            "dpm_2 a",
            "dpm_2 ancestral");

    /** DPM-Solver++ of second order over the last evaluations (arXiv:2211.01095). */
    public static final Sampler DPM_PP_2M = multistep("DPM++ 2M", "dpmsolver++", 2, "dpmsolver++", "dpm++");

    /** DPM-Solver++ of second order with fresh noise at each step. */
    public static final Sampler DPM_PP_2M_SDE = multistep("DPM++ 2M SDE", "sde-dpmsolver++", 2, "sde-dpmsolver++");

    /** DPM-Solver++ of third order over the last evaluations. */
    public static final Sampler DPM_PP_3M = multistep("DPM++ 3M", "dpmsolver++", 3);

    /** DPM-Solver++ of third order with fresh noise at each step. */
    public static final Sampler DPM_PP_3M_SDE = multistep("DPM++ 3M SDE", "sde-dpmsolver++", 3);

    /** DPM-Solver++ of second order, each two steps on their own (arXiv:2211.01095). */
    public static final Sampler DPM_PP_2S = singlestep("DPM++ 2S", "dpmsolver++", 2);

    /** DPM-Solver++ of second order with fresh noise, each two steps on their own. */
    public static final Sampler DPM_PP_SDE = singlestep("DPM++ SDE", "sde-dpmsolver++", 2, "dpm++ 2s sde");

    /** A unified predictor and corrector (arXiv:2302.04867). */
    public static final Sampler UNIPC = spread("UniPC", "UniPCMultistepScheduler", Map.of());

    /** Exponential integrator that extrapolates the predicted noise (arXiv:2204.13902). */
    public static final Sampler DEIS = spread("DEIS", "DEISMultistepScheduler", Map.of("algorithm_type", "deis"));

    /** Latent consistency models in a few steps (arXiv:2310.04378); for models or adapters distilled for it. */
    public static final Sampler LCM = fixed("LCM", "LCMScheduler", Map.of());

    /** Trajectory consistency distillation in a few steps (arXiv:2402.19159); for models or adapters distilled for it. */
    public static final Sampler TCD = fixed("TCD", "TCDScheduler", Map.of());

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
            DPM_PP_2M,
            DPM_PP_2M_SDE,
            DPM_PP_3M,
            DPM_PP_3M_SDE,
            DPM_PP_2S,
            DPM_PP_SDE,
            UNIPC,
            DEIS,
            LCM,
            TCD);

    /** How sigmas are spread between the largest and the smallest: what a name adds to the sampler's. */
    private enum Spread {
        KARRAS("Karras", "use_karras_sigmas"),
        EXPONENTIAL("Exponential", "use_exponential_sigmas"),
        BETA("Beta", "use_beta_sigmas"),
        LAMBDA_UNIFORM("Lambda Uniform", "use_lu_lambdas");

        private final String label;
        private final String flag;

        Spread(String label, String flag) {
            this.label = label;
            this.flag = flag;
        }
    }

    private final String name;
    private final String schedulerClass;
    private final Map<String, Object> settings;
    private final List<String> otherNames;
    private final List<Spread> spreads;

    private Sampler(
            String name,
            String schedulerClass,
            Map<String, Object> settings,
            List<String> otherNames,
            List<Spread> spreads) {
        this.name = name;
        this.schedulerClass = schedulerClass;
        this.settings = settings;
        this.otherNames = otherNames;
        this.spreads = spreads;
    }

    private static Sampler fixed(String name, String schedulerClass, Map<String, Object> settings, String... others) {
        return new Sampler(name, schedulerClass, settings, List.of(others), List.of());
    }

    private static Sampler spread(String name, String schedulerClass, Map<String, Object> settings, String... others) {
        List<Spread> spreads = List.of(Spread.KARRAS, Spread.EXPONENTIAL, Spread.BETA);
        return new Sampler(name, schedulerClass, settings, List.of(others), spreads);
    }

    private static Sampler multistep(String name, String algorithmType, int order, String... others) {
        Map<String, Object> settings = Map.of("algorithm_type", algorithmType, "solver_order", order);
        return new Sampler(name, "DPMSolverMultistepScheduler", settings, List.of(others), List.of(Spread.values()));
    }

    private static Sampler singlestep(String name, String algorithmType, int order, String... others) {
        Map<String, Object> settings = Map.of("algorithm_type", algorithmType, "solver_order", order);
        return spread(name, "DPMSolverSinglestepScheduler", settings, others);
    }

    /** Every sampler, with no spread of sigmas chosen. */
    public static List<Sampler> all() {
        return ALL;
    }

    /**
     * Finds a sampler by name: the one that AUTOMATIC1111 and others use ({@code DPM++ 2M Karras}, {@code Euler a}), a short one
     * ({@code euler_a}, {@code dpmpp_2m_karras}), or the class of diffusers. Case, spaces, underscores and hyphens don't matter,
     * {@code ++} may be {@code pp}.
     *
     * @throws IllegalArgumentException for an unknown name; the message has the nearest known ones and lists all
     */
    public static Sampler of(String name) {
        return SamplerNames.find(name)
                .orElseThrow(() -> new IllegalArgumentException("unknown sampler \"" + name
                        + "\"" + SamplerNames.near(name) + " There are " + join(ALL.stream())
                        + "; with Karras, Exponential or Beta behind the name: " + join(spreadable(Spread.KARRAS))
                        + "; with Lambda Uniform: " + join(spreadable(Spread.LAMBDA_UNIFORM))));
    }

    private static Stream<Sampler> spreadable(Spread spread) {
        return ALL.stream().filter(sampler -> sampler.spreads.contains(spread));
    }

    private static String join(Stream<Sampler> samplers) {
        return samplers.map(Sampler::name).collect(Collectors.joining(", "));
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

    private Sampler with(Spread spread) {
        require(
                spreads.contains(spread),
                "%s has no %s sigmas to choose; %s have",
                name,
                spread.label,
                join(spreadable(spread)));
        Map<String, Object> more = new HashMap<>(settings);
        spreads.forEach(each -> more.put(each.flag, each == spread));
        return new Sampler(name + " " + spread.label, schedulerClass, Map.copyOf(more), List.of(), List.of());
    }

    /** Each spelling of this sampler and of its variants, with what it means. */
    Map<String, Sampler> spellings() {
        Map<String, Sampler> spellings = new LinkedHashMap<>();
        List<String> names = Stream.concat(Stream.of(name, schedulerClass), otherNames.stream())
                .toList();
        for (String each : names) {
            spellings.put(each, this);
            for (Spread spread : spreads) {
                spellings.put(each + spread.label, with(spread));
            }
        }
        return spellings;
    }

    /** The name as AUTOMATIC1111 and others write it, such as {@code DPM++ 2M Karras}. */
    public String name() {
        return name;
    }

    /** The class of diffusers that samples so. */
    public String schedulerClass() {
        return schedulerClass;
    }

    /** What the name says beyond the class: settings of the scheduler configuration, as text, number or boolean. */
    public Map<String, Object> settings() {
        return settings;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sampler sampler && sampler.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** The name. */
    @Override
    public String toString() {
        return name;
    }
}
