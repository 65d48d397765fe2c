package io.github.sdfinetune.core.prompt;

import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;

/** How the weights of words act on the encoded text: they multiply the words' vectors. */
public enum Emphasis {
    /** Afterwards everything is scaled so that the mean is what it was; the web UI's default. */
    ORIGINAL,
    /** Nothing else. */
    NO_NORM;

    /**
     * Weighs words. States of which nothing is weighed are returned as they are.
     *
     * @param states (rows, tokens, dim)
     * @param multipliers for each row and token
     * @param uses how often each row counts in the mean
     * @return (rows, tokens, dim)
     */
    Tensor apply(Tensor states, float[][] multipliers, int[] uses) {
        int tokens = multipliers[0].length;
        float[] all = new float[multipliers.length * tokens];
        boolean weighs = false;
        for (int row = 0; row < multipliers.length; row++) {
            for (int i = 0; i < tokens; i++) {
                all[row * tokens + i] = multipliers[row][i];
                weighs |= multipliers[row][i] != 1;
            }
        }
        return weighs ? Scope.keeping(() -> weighed(states, all, uses)) : states;
    }

    private Tensor weighed(Tensor states, float[] multipliers, int[] uses) {
        long[] shape = {states.size(0), states.size(1), 1};
        Tensor weighed = states.multiply(Tensor.of(multipliers, shape).beside(states));
        return this == NO_NORM ? weighed : weighed.multiply(sum(states, uses) / sum(weighed, uses));
    }

    /** The sum of all numbers, those of each row as often as it is used; a quotient of sums is that of the means. */
    private static double sum(Tensor states, int[] uses) {
        float[] numbers = states.toFloats();
        int row = numbers.length / uses.length;
        double sum = 0;
        for (int i = 0; i < numbers.length; i++) {
            sum += (double) numbers[i] * uses[i / row];
        }
        return sum;
    }
}
