package io.github.sdfinetune.core.pipeline;

/**
 * Classifier-free guidance (arXiv:2207.12598).
 *
 * @param scale how strongly the prompts act; up to 1 there is no guidance
 * @param rescale how far the result is brought back to the deviation it has without guidance, 0 to 1 (arXiv:2305.08891)
 * @param from the share of the steps after which it begins, 0 to 1 (arXiv:2404.07724)
 * @param to the share of the steps after which it ends
 */
record Guidance(double scale, double rescale, double from, double to) {

    /** Whether any step may be guided. */
    boolean isOn() {
        return scale > 1;
    }

    /** Whether an evaluation is guided: if it begins within the interval. */
    boolean isOn(int evaluation, int evaluations) {
        double done = (double) evaluation / evaluations; // unlike a product, the same number as a share such as 0.07
        return isOn() && from <= done && done < to;
    }

    /**
     * Brings guided predictions nearer to those without guidance, sample by sample.
     *
     * @param guided changed
     * @param conditioned the prediction for the prompt alone, the same size
     */
    void rescale(float[] guided, float[] conditioned, int batch) {
        if (rescale == 0) {
            return;
        }
        int size = guided.length / batch;
        for (int start = 0; start < guided.length; start += size) {
            double ratio = deviation(conditioned, start, size) / deviation(guided, start, size);
            float factor = (float) (rescale * ratio + (1 - rescale));
            for (int i = start; i < start + size; i++) {
                guided[i] *= factor;
            }
        }
    }

    private static double deviation(float[] values, int start, int size) {
        double sum = 0;
        for (int i = start; i < start + size; i++) {
            sum += values[i];
        }
        double mean = sum / size;
        double squares = 0;
        for (int i = start; i < start + size; i++) {
            squares += (values[i] - mean) * (values[i] - mean);
        }
        return Math.sqrt(squares / (size - 1));
    }
}
