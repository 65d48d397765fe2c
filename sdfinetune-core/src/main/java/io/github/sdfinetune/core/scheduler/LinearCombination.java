package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.Checks.require;

import java.util.List;

/** Weighted sums of latents, the one loop that all samplers share. Summed in double, rounded once. */
final class LinearCombination {
    private LinearCombination() {}

    static final class Term {
        private final double weight;
        private final float[] values;

        private Term(double weight, float[] values) {
            this.weight = weight;
            this.values = values;
        }
    }

    static Term term(double weight, float[] values) {
        return new Term(weight, values);
    }

    static float[] sum(List<Term> terms) {
        return sum(terms.toArray(Term[]::new));
    }

    static float[] sum(Term... terms) {
        float[] result = new float[terms[0].values.length];
        for (Term term : terms) {
            require(
                    term.values.length == result.length,
                    "arrays of one size are needed, got %d and %d values",
                    result.length,
                    term.values.length);
        }
        for (int i = 0; i < result.length; i++) {
            double value = 0;
            for (Term term : terms) {
                value += term.weight * term.values[i];
            }
            result[i] = (float) value;
        }
        return result;
    }
}
