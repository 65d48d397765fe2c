package io.github.sdfinetune.core.scheduler;

import java.util.Map;

/**
 * What DPM-Solver integrates (arXiv:2206.00927, arXiv:2211.01095), exactly but for the model's part, of which it takes derivatives
 * with respect to the logarithm of signal over noise.
 */
enum DpmAlgorithm {
    /** The predicted noise. */
    DPM(false, false),
    /** The predicted clean latents. */
    DPM_PP(true, false),
    /** The predicted noise, with fresh noise at each step. */
    SDE_DPM(false, true),
    /** The predicted clean latents, with fresh noise at each step. */
    SDE_DPM_PP(true, true);

    /** The words of {@code algorithm_type}; {@code deis} is what the configuration of another class may have. */
    static final Map<String, DpmAlgorithm> WORDS = Map.of(
            "dpmsolver", DPM,
            "dpmsolver++", DPM_PP,
            "sde-dpmsolver", SDE_DPM,
            "sde-dpmsolver++", SDE_DPM_PP,
            "deis", DPM_PP);

    /** {@link #WORDS} without the algorithm that takes derivatives of earlier steps only. */
    static final Map<String, DpmAlgorithm> SINGLESTEP_WORDS = Map.of(
            "dpmsolver", DPM,
            "dpmsolver++", DPM_PP,
            "sde-dpmsolver++", SDE_DPM_PP,
            "deis", DPM_PP);

    private final boolean readsClean;
    private final boolean addsNoise;

    DpmAlgorithm(boolean readsClean, boolean addsNoise) {
        this.readsClean = readsClean;
        this.addsNoise = addsNoise;
    }

    /** Whether it works with predicted clean latents, and not with predicted noise. */
    boolean readsClean() {
        return readsClean;
    }

    boolean addsNoise() {
        return addsNoise;
    }

    /** The name of the sampler, as AUTOMATIC1111 forms it. */
    String name(int order, String kind) {
        return (readsClean ? "DPM++ " : "DPM ") + order + kind + (addsNoise ? " SDE" : "");
    }

    /** The share of the latents that a step keeps. */
    double kept(NoiseLevel from, NoiseLevel to) {
        if (!readsClean) {
            return to.signal() / from.signal();
        }
        double kept = to.noise() / from.noise();
        return addsNoise ? kept * Math.exp(from.lambda() - to.lambda()) : kept;
    }

    /** The deviation of the noise that a step adds. */
    double added(NoiseLevel from, NoiseLevel to) {
        double rise = to.lambda() - from.lambda();
        return to.noise() * Math.sqrt(readsClean ? -Math.expm1(-2 * rise) : Math.expm1(2 * rise));
    }

    /** The exponent by which what is not the model's part grows over a step. */
    double exponent(NoiseLevel from, NoiseLevel to) {
        double rise = to.lambda() - from.lambda();
        return readsClean ? (addsNoise ? -2 : -1) * rise : rise;
    }

    /** What the integral of the model's part is multiplied by. */
    double scale(NoiseLevel to) {
        return readsClean ? -to.signal() : (addsNoise ? -2 : -1) * to.noise();
    }

    /**
     * The weights of what the model says at the step's beginning and of its derivatives (times the rise and its powers).
     *
     * @param halfSlope whether the first derivative has half the weight of the model's part itself, the midpoint rule
     */
    double[] weights(NoiseLevel from, NoiseLevel to, int derivatives, boolean halfSlope) {
        double exponent = exponent(from, to);
        double scale = scale(to);
        double growth = Math.expm1(exponent);
        double[] weights = new double[derivatives + 1];
        weights[0] = scale * growth;
        if (derivatives >= 1) {
            weights[1] = scale * (halfSlope ? growth / 2 : growth / exponent - 1);
        }
        if (derivatives >= 2) {
            // As in diffusers; with fresh noise, too, the integral would have −1/2.
            double half = addsNoise ? 0.5 : -0.5;
            weights[2] = scale * ((growth - exponent) / (exponent * exponent) + half);
        }
        return weights;
    }
}
