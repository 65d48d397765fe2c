package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.LinearCombination.sum;
import static io.github.sdfinetune.core.scheduler.LinearCombination.term;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.scheduler.LinearCombination.Term;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Diffusion Exponential Integrator Sampler (arXiv:2204.13902), its variant that extrapolates the noise of the last steps by a
 * polynomial in the logarithm of sigma.
 */
record Deis(
        NoiseSchedule noiseSchedule,
        PredictionType predictionType,
        LambdaSchedule lambdaSchedule,
        DenoisedLimit limit,
        int order,
        boolean lowerOrderFinal)
        implements LambdaSampler {
    /** The words of other classes' configurations stand for the only algorithm. */
    private static final Set<String> ALGORITHMS = Set.of("deis", "dpmsolver", "dpmsolver++");

    static Deis of(JsonFile settings) {
        LambdaSchedule.refuseFlow(settings, "DEIS");
        String algorithm = settings.string("algorithm_type", "deis");
        if (!ALGORITHMS.contains(algorithm)) {
            throw settings.fault("algorithm_type", "is \"" + algorithm + "\", expected \"deis\"");
        }
        Optional<SigmaSpread> spread = SigmaSpread.of(settings);
        return new Deis(
                NoiseSchedule.of(settings).withFiniteSigmas(),
                PredictionType.of(settings),
                new LambdaSchedule(
                        TimestepSpacing.of(settings, TimestepSpacing.Rule.LINSPACE),
                        spread,
                        OptionalDouble.empty(),
                        Double.NEGATIVE_INFINITY,
                        LambdaSchedule.endAtSmallest(spread),
                        LambdaSchedule.rounds(spread)),
                DenoisedLimit.threshold(settings),
                DpmSettings.order(settings),
                settings.flag("lower_order_final", true));
    }

    @Override
    public String name() {
        return SigmaSpread.name("DEIS", lambdaSchedule.spread());
    }

    @Override
    public SamplerRun start(StepPlan plan, int beginIndex, int batch) {
        return new Run(plan, beginIndex, batch);
    }

    private final class Run extends LambdaRun {
        private final RecentOutputs outputs = new RecentOutputs(order);

        Run(StepPlan plan, int beginIndex, int batch) {
            super(Deis.this, plan, beginIndex, batch);
        }

        @Override
        float[] advance(int index, float[] modelOutput, float[] latents, NoiseDraw noise) {
            outputs.add(epsilon(index, modelOutput, latents));
            double signal = level(index + 1).signal();
            List<Term> terms = outputs.weighted(
                    Arrays.stream(weights(index)).map(weight -> signal * weight).toArray());
            terms.add(term(signal / level(index).signal(), latents));
            return sum(terms);
        }

        private double[] weights(int index) {
            float[] nodes = new float[Math.min(outputs.size(), lowerOrderFinal ? lowerOrderFinal(index) : order)];
            for (int i = 0; i < nodes.length; i++) {
                nodes[i] = rho(index - i);
            }
            double[] weights = new double[nodes.length];
            Arrays.setAll(
                    weights, i -> antiderivative(rho(index + 1), nodes, i) - antiderivative(rho(index), nodes, i));
            return weights;
        }

        /** Noise over signal; rho in the paper. */
        private float rho(int index) {
            return (float) level(index).sigma();
        }
    }

    /**
     * The antiderivative of the polynomial in the logarithm of sigma that is 1 at one node and 0 at the others. In float32 and in
     * diffusers' order of operations: the terms all but cancel out, so at high sigmas other rounding would show in the picture.
     */
    private static float antiderivative(float sigma, float[] nodes, int one) {
        if (nodes.length == 1) {
            return sigma;
        }
        float x = log(sigma);
        float a = log(nodes[one]);
        float b = log(nodes[(one + 1) % nodes.length]);
        if (nodes.length == 2) {
            return sigma * (-b + x - 1) / (a - b);
        }
        float c = log(nodes[(one + 2) % nodes.length]);
        return sigma * (b * (c - x + 1) - c * x + c + x * x - 2 * x + 2) / ((a - b) * (a - c));
    }

    private static float log(float value) {
        return (float) Math.log(value);
    }
}
