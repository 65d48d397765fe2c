package io.github.sdfinetune.core.scheduler;

import io.github.sdfinetune.core.scheduler.LinearCombination.Term;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The last of what a model has put out (or what was made of it), for methods over several steps. */
final class RecentOutputs {
    private final int capacity;
    private final Deque<float[]> outputs = new ArrayDeque<>(); // the newest first

    RecentOutputs(int capacity) {
        this.capacity = capacity;
    }

    void add(float[] output) {
        outputs.addFirst(output);
        if (outputs.size() > capacity) {
            outputs.removeLast();
        }
    }

    int size() {
        return outputs.size();
    }

    float[] newest() {
        return outputs.getFirst();
    }

    /** The outputs times their weights, the newest first; what there is only a weight or only an output for is left out. */
    List<Term> weighted(double... weights) {
        List<Term> terms = new ArrayList<>();
        for (float[] output : outputs) {
            if (terms.size() == weights.length) {
                break;
            }
            terms.add(LinearCombination.term(weights[terms.size()], output));
        }
        return terms;
    }
}
