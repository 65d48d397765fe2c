package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.Checks.require;

import io.github.sdfinetune.core.config.JsonFile;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * How noise grows over the timesteps of training: a table of betas and what follows from it. Immutable.
 *
 * <p>The tables are in float32 and computed in the order of diffusers and torch, bit for bit: near the first timestep sigmas are
 * differences from 1, and near zero terminal SNR signals are differences from the last one, so other rounding would show.
 */
public final class NoiseSchedule {
    private static final int MOST_TIMESTEPS = 100_000;
    private static final double LARGEST_COSINE_BETA = 0.999;

    /** What diffusers puts in the place of a final 0 where a sigma is needed: the smallest positive number of float16. */
    private static final float ALMOST_ZERO = 0x1p-24f;

    private static final Map<String, BetaTable> BETA_TABLES = Map.of(
            "linear", NoiseSchedule::linear,
            "scaled_linear", NoiseSchedule::scaledLinear,
            "squaredcos_cap_v2", (betaStart, betaEnd, timesteps) -> squaredCosine(timesteps));

    private final float[] betas;
    private final float[] alphasCumprod;

    private interface BetaTable {
        NoiseSchedule of(double betaStart, double betaEnd, int numTrainTimesteps);
    }

    private NoiseSchedule(float[] betas, float[] alphasCumprod) {
        this.betas = betas;
        this.alphasCumprod = alphasCumprod;
    }

    /** Betas that grow linearly (arXiv:2006.11239). */
    public static NoiseSchedule linear(double betaStart, double betaEnd, int numTrainTimesteps) {
        return of(linspace((float) betaStart, (float) betaEnd, numTrainTimesteps));
    }

    /** Betas whose roots grow linearly, as latent diffusion models use them (arXiv:2112.10752). */
    public static NoiseSchedule scaledLinear(double betaStart, double betaEnd, int numTrainTimesteps) {
        float[] betas = linspace((float) Math.sqrt(betaStart), (float) Math.sqrt(betaEnd), numTrainTimesteps);
        for (int i = 0; i < betas.length; i++) {
            betas[i] *= betas[i];
        }
        return of(betas);
    }

    /** Betas for a signal that falls as a squared cosine (arXiv:2102.09672), called {@code squaredcos_cap_v2} by diffusers. */
    public static NoiseSchedule squaredCosine(int numTrainTimesteps) {
        IntToDoubleFunction signal =
                i -> Math.pow(Math.cos(((double) i / numTrainTimesteps + 0.008) / 1.008 * Math.PI / 2), 2);
        float[] betas = new float[numTrainTimesteps];
        for (int i = 0; i < betas.length; i++) {
            betas[i] = (float) Math.min(1 - signal.applyAsDouble(i + 1) / signal.applyAsDouble(i), LARGEST_COSINE_BETA);
        }
        return of(betas);
    }

    /** Betas as they come. */
    public static NoiseSchedule trained(float... betas) {
        return of(betas.clone());
    }

    /** What a class takes for betas that its configuration does not tell. */
    record Defaults(BetaTable betaTable, double betaStart, double betaEnd) {
        /** Of the original diffusion model. */
        static final Defaults DDPM = new Defaults(NoiseSchedule::linear, 0.0001, 0.02);

        /** Of the classes that came from k-diffusion with two evaluations for each step. */
        static final Defaults SECOND_ORDER = new Defaults(NoiseSchedule::linear, 0.00085, 0.012);

        /** Of latent diffusion models. */
        static final Defaults LATENT = new Defaults(NoiseSchedule::scaledLinear, 0.00085, 0.012);
    }

    /** The schedule that a configuration describes, leaving {@code rescale_betas_zero_snr} to the samplers that know it. */
    static NoiseSchedule of(JsonFile settings) {
        return of(settings, Defaults.DDPM);
    }

    static NoiseSchedule of(JsonFile settings, Defaults defaults) {
        int timesteps = settings.integer("num_train_timesteps", 1000);
        if (timesteps < 2 || timesteps > MOST_TIMESTEPS) {
            throw settings.fault("num_train_timesteps", "is " + timesteps + ", expected 2 to " + MOST_TIMESTEPS);
        }
        if (settings.has("trained_betas")) {
            return trained(settings, timesteps);
        }
        return settings.oneOf("beta_schedule", BETA_TABLES, defaults.betaTable)
                .of(
                        beta(settings, "beta_start", defaults.betaStart),
                        beta(settings, "beta_end", defaults.betaEnd),
                        timesteps);
    }

    /** The schedule that a configuration describes, brought to zero terminal SNR if {@code rescale_betas_zero_snr} asks so. */
    static NoiseSchedule rescaled(JsonFile settings) {
        return rescaled(settings, Defaults.DDPM);
    }

    static NoiseSchedule rescaled(JsonFile settings, Defaults defaults) {
        NoiseSchedule schedule = of(settings, defaults);
        return settings.flag("rescale_betas_zero_snr", false) ? schedule.withZeroTerminalSnr() : schedule;
    }

    private static NoiseSchedule trained(JsonFile settings, int timesteps) {
        List<Double> betas = settings.numbers("trained_betas");
        if (betas.size() != timesteps) {
            throw settings.fault(
                    "trained_betas", "has " + betas.size() + " values, expected num_train_timesteps = " + timesteps);
        }
        float[] table = new float[timesteps];
        for (int i = 0; i < timesteps; i++) {
            table[i] = betas.get(i).floatValue();
        }
        try {
            return of(table);
        } catch (IllegalArgumentException e) {
            throw settings.fault("trained_betas", "is wrong: " + e.getMessage());
        }
    }

    private static double beta(JsonFile settings, String key, double otherwise) {
        double beta = settings.number(key, otherwise);
        if (beta > 0 && beta < 1) {
            return beta;
        }
        throw settings.fault(key, "is " + beta + ", expected a number between 0 and 1");
    }

    /** From first to last in equal steps, each half counted from its own end with one rounding, as torch does. */
    private static float[] linspace(float first, float last, int count) {
        float step = (last - first) / (count - 1);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = i < count / 2 ? Math.fma(step, i, first) : Math.fma(-step, count - 1 - i, last);
        }
        return values;
    }

    private static NoiseSchedule of(float[] betas) {
        require(betas.length >= 2, "a noise schedule has at least 2 timesteps, got %d", betas.length);
        for (int i = 0; i < betas.length; i++) {
            boolean last = i == betas.length - 1;
            require(
                    betas[i] > 0 && (last ? betas[i] <= 1 : betas[i] < 1),
                    "betas must be above 0 and below 1 (the last may be 1), beta %d was %s",
                    i,
                    betas[i]);
        }
        return new NoiseSchedule(betas, alphasCumprod(betas));
    }

    /** Multiplied in double, each product rounded on its own, as torch does. */
    private static float[] alphasCumprod(float[] betas) {
        float[] alphasCumprod = new float[betas.length];
        double product = 1;
        for (int i = 0; i < betas.length; i++) {
            product *= 1 - betas[i];
            alphasCumprod[i] = (float) product;
        }
        return alphasCumprod;
    }

    /**
     * The schedule shifted and scaled so that nothing of the signal is left at the last timestep (Algorithm 1 of
     * arXiv:2305.08891).
     */
    public NoiseSchedule withZeroTerminalSnr() {
        float first = signal(0);
        float last = signal(betas.length - 1);
        float scale = first / (first - last);
        float[] rescaled = new float[betas.length];
        float before = 1;
        for (int i = 0; i < betas.length; i++) {
            float signal = (signal(i) - last) * scale;
            float alphaCumprod = signal * signal;
            rescaled[i] = 1 - alphaCumprod / before;
            before = alphaCumprod;
        }
        return of(rescaled);
    }

    private float signal(int timestep) {
        return (float) Math.sqrt(alphasCumprod[timestep]);
    }

    /** The schedule with a last sigma that is finite, whatever the betas say. */
    NoiseSchedule withFiniteSigmas() {
        float[] finite = alphasCumprod();
        int last = finite.length - 1;
        finite[last] = finite[last] == 0 ? ALMOST_ZERO : finite[last];
        return new NoiseSchedule(betas, finite);
    }

    /** How many timesteps training has; they are numbered from 0. */
    public int numTrainTimesteps() {
        return betas.length;
    }

    /** The share of noise that each timestep adds, one value for each timestep of training. */
    public float[] betas() {
        return betas.clone();
    }

    /** The signal's share of the variance at each timestep, falling from nearly 1. */
    public float[] alphasCumprod() {
        return alphasCumprod.clone();
    }

    /** The signal-to-noise ratio at a timestep. */
    public double snr(int timestep) {
        NoiseLevel level = level(timestep);
        return level.alphaCumprod() / level.noiseVariance();
    }

    /**
     * Mixes clean latents with noise (equation 4 of arXiv:2006.11239).
     *
     * @param clean (batch, …)
     * @param noise the same size
     * @param timesteps one for each sample of the batch, from 0 to {@code numTrainTimesteps − 1}
     * @return the noisy latents, the same size
     */
    public float[] addNoise(float[] clean, float[] noise, int... timesteps) {
        return mix(clean, noise, 1, timesteps);
    }

    /**
     * What a model of {@link PredictionType#V_PREDICTION} is trained to predict (arXiv:2202.00512).
     *
     * @param clean (batch, …)
     * @param noise the same size
     * @param timesteps one for each sample of the batch, from 0 to {@code numTrainTimesteps − 1}
     * @return the velocity, the same size
     */
    public float[] velocity(float[] clean, float[] noise, int... timesteps) {
        return mix(noise, clean, -1, timesteps);
    }

    private float[] mix(float[] first, float[] second, int sign, int... timesteps) {
        require(
                first.length == second.length && timesteps.length > 0 && first.length % timesteps.length == 0,
                "latents and noise of one size and a timestep for each sample are needed, got %d and %d values, %d timesteps",
                first.length,
                second.length,
                timesteps.length);
        int sampleSize = first.length / timesteps.length;
        float[] mixed = new float[first.length];
        for (int sample = 0; sample < timesteps.length; sample++) {
            NoiseLevel level = level(timesteps[sample]);
            double signal = level.signal();
            double noise = sign * level.noise();
            for (int i = sample * sampleSize; i < (sample + 1) * sampleSize; i++) {
                mixed[i] = (float) (signal * first[i] + noise * second[i]);
            }
        }
        return mixed;
    }

    NoiseLevel level(int timestep) {
        require(
                timestep >= 0 && timestep < betas.length,
                "timestep must be from 0 to %d, was %d",
                betas.length - 1,
                timestep);
        return NoiseLevel.ofAlphaCumprod(alphasCumprod[timestep]);
    }

    /** Noise over signal at a timestep, between timesteps interpolated, outside the value at the end. */
    double sigma(double timestep) {
        int last = betas.length - 1;
        double inside = Math.min(Math.max(timestep, 0), last);
        int low = Math.min((int) inside, last - 1);
        return sigmaAt(low) + (inside - low) * (sigmaAt(low + 1) - sigmaAt(low));
    }

    double smallestSigma() {
        return sigmaAt(0);
    }

    double largestSigma() {
        return sigmaAt(betas.length - 1);
    }

    private double sigmaAt(int timestep) {
        float ratio = (1 - alphasCumprod[timestep]) / alphasCumprod[timestep];
        return (float) Math.sqrt(ratio);
    }

    /**
     * The timestep of a sigma, the inverse of {@link #sigma(double)} but interpolated in the logarithm. The table's logarithms are
     * rounded to float32 as in diffusers: samplers that cut fractions off show the difference.
     */
    double timestepOf(double sigma) {
        double logSigma = Math.log(Math.max(sigma, 1e-10));
        // From the end, since ALMOST_ZERO can leave the last sigma below the one before.
        int low = betas.length - 1;
        while (low > 0 && logSigmaAt(low) > logSigma) {
            low--;
        }
        low = Math.min(low, betas.length - 2);
        double logLow = logSigmaAt(low);
        double weight = (logLow - logSigma) / (logLow - logSigmaAt(low + 1));
        double inside = Math.min(Math.max(weight, 0), 1);
        return (1 - inside) * low + inside * (low + 1);
    }

    private float logSigmaAt(int timestep) {
        return (float) Math.log(sigmaAt(timestep));
    }

    /** How many timesteps, from the first, have a logarithm of signal over noise that is not below a bound. */
    int timestepsAbove(double lambda) {
        int count = betas.length;
        while (count > 0 && level(count - 1).lambda() < lambda) {
            count--;
        }
        return count;
    }
}
