package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.LinearCombination.sum;
import static io.github.sdfinetune.core.scheduler.LinearCombination.term;

import io.github.sdfinetune.core.scheduler.LinearCombination.Term;
import java.util.Arrays;
import java.util.List;

/** A run of DPM-Solver; how derivatives are taken from the last outputs is what its kinds differ in. */
abstract class DpmRun extends LambdaRun {
    private final DpmAlgorithm algorithm;
    private final RecentOutputs outputs;

    DpmRun(LambdaSampler sampler, DpmAlgorithm algorithm, int order, StepPlan plan, int beginIndex, int batch) {
        super(sampler, plan, beginIndex, batch);
        this.algorithm = algorithm;
        this.outputs = new RecentOutputs(order);
    }

    /** How many outputs there are. */
    final int outputs() {
        return outputs.size();
    }

    @Override
    final float[] advance(int index, float[] modelOutput, float[] latents, NoiseDraw noise) {
        outputs.add(
                algorithm.readsClean() ? denoised(index, modelOutput, latents) : epsilon(index, modelOutput, latents));
        return update(index, latents, noise);
    }

    /** The latents after a step. */
    abstract float[] update(int index, float[] latents, NoiseDraw noise);

    /**
     * Integrates from one level to the level after the current step.
     *
     * @param from the index of the level where it begins
     * @param latents at that level
     * @param derivatives for the model's part at that level, its first derivative and so on: the weights of the outputs, the newest
     *     first
     * @param halfSlope whether the midpoint rule gives the weight of the first derivative
     */
    final float[] integrate(
            int from, int to, float[] latents, double[][] derivatives, boolean halfSlope, NoiseDraw noise) {
        double[] weights = algorithm.weights(level(from), level(to), derivatives.length - 1, halfSlope);
        double[] ofOutputs = new double[derivatives[0].length];
        for (int k = 0; k < derivatives.length; k++) {
            for (int i = 0; i < ofOutputs.length; i++) {
                ofOutputs[i] += weights[k] * derivatives[k][i];
            }
        }
        List<Term> terms = outputs.weighted(ofOutputs);
        terms.add(term(algorithm.kept(level(from), level(to)), latents));
        if (algorithm.addsNoise()) {
            terms.add(term(algorithm.added(level(from), level(to)), noise.draw()));
        }
        return sum(terms);
    }

    /** A weighted sum of two lists of weights. */
    static double[] combine(double first, double[] ofFirst, double second, double[] ofSecond) {
        double[] combined = new double[ofFirst.length];
        Arrays.setAll(combined, i -> first * ofFirst[i] + second * ofSecond[i]);
        return combined;
    }
}
