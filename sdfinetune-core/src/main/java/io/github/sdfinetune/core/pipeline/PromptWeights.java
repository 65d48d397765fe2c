package io.github.sdfinetune.core.pipeline;

import java.util.List;

/** How much the prompts of each picture of a batch count. */
final class PromptWeights {
    private final double[] positive; // sums over the prompts of a picture
    private final double[] negative;
    private final int[] counts;

    /** @param rows those of negative prompts do not count */
    PromptWeights(List<PromptBatch.Row> rows, int pictures) {
        positive = new double[pictures];
        negative = new double[pictures];
        counts = new int[pictures];
        for (PromptBatch.Row row : rows) {
            if (!row.negative()) {
                positive[row.picture()] += Math.max(row.weight(), 0);
                negative[row.picture()] += Math.min(row.weight(), 0);
                counts[row.picture()]++;
            }
        }
    }

    /** The sum of the weights of a picture's prompts. */
    double sum(int picture) {
        return positive[picture] + negative[picture];
    }

    /**
     * The share of a prompt in the prediction that there is without guidance: the mean over the prompts that count, away from those
     * of negative weight. The shares of a picture's prompts add up to 1, whatever the weights.
     */
    double share(PromptBatch.Row row) {
        int picture = row.picture();
        double ofMean = positive[picture] > 0 ? Math.max(row.weight(), 0) / positive[picture] : 1.0 / counts[picture];
        return ofMean * (1 - negative[picture]) + Math.min(row.weight(), 0);
    }
}
