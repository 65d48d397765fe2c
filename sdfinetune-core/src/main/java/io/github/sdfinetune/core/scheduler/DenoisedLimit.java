package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.Checks.require;

import io.github.sdfinetune.core.config.JsonFile;
import java.util.Arrays;

/** What keeps predicted clean latents within bounds. */
sealed interface DenoisedLimit {

    /** The latents within bounds; {@code denoised} is (batch, …). */
    float[] apply(float[] denoised, int batch);

    /**
     * The threshold, or else the range, that a configuration asks for.
     *
     * @param clipsByDefault whether there is a range where {@code clip_sample} is absent
     */
    static DenoisedLimit of(JsonFile settings, boolean clipsByDefault) {
        DenoisedLimit threshold = threshold(settings);
        return threshold instanceof None ? range(settings, clipsByDefault) : threshold;
    }

    /** For samplers that know thresholds only. */
    static DenoisedLimit threshold(JsonFile settings) {
        if (!settings.flag("thresholding", false)) {
            return new None();
        }
        double ratio = settings.number("dynamic_thresholding_ratio", 0.995);
        if (!(ratio >= 0 && ratio <= 1)) {
            throw settings.fault("dynamic_thresholding_ratio", "is " + ratio + ", expected a number from 0 to 1");
        }
        return new Threshold(ratio, positive(settings, "sample_max_value"));
    }

    /** For samplers that know ranges only. */
    static DenoisedLimit range(JsonFile settings, boolean clipsByDefault) {
        return settings.flag("clip_sample", clipsByDefault)
                ? new Clip(positive(settings, "clip_sample_range"))
                : new None();
    }

    private static double positive(JsonFile settings, String key) {
        double value = settings.number(key, 1);
        if (value > 0) {
            return value;
        }
        throw settings.fault(key, "is " + value + ", expected a number above 0");
    }

    private static float clamp(float value, double bound) {
        return (float) Math.min(Math.max(value, -bound), bound);
    }

    /** No bounds, as for the latents of Stable Diffusion. */
    record None() implements DenoisedLimit {
        @Override
        public float[] apply(float[] denoised, int batch) {
            return denoised;
        }
    }

    /** Values beyond the range are set to its ends. */
    record Clip(double range) implements DenoisedLimit {
        @Override
        public float[] apply(float[] denoised, int batch) {
            float[] clipped = new float[denoised.length];
            for (int i = 0; i < clipped.length; i++) {
                clipped[i] = clamp(denoised[i], range);
            }
            return clipped;
        }
    }

    /**
     * Dynamic thresholding (section 2.3 of arXiv:2205.11487): each sample is clipped to a quantile of its own magnitudes and
     * scaled back to 1.
     *
     * @param largest what the quantile is held below; at least 1 it is in any case
     */
    record Threshold(double ratio, double largest) implements DenoisedLimit {
        @Override
        public float[] apply(float[] denoised, int batch) {
            require(
                    batch >= 1 && denoised.length % batch == 0,
                    "%d values can't be a batch of %d",
                    denoised.length,
                    batch);
            int sampleSize = denoised.length / batch;
            float[] limited = new float[denoised.length];
            for (int start = 0; start < denoised.length; start += sampleSize) {
                double bound = Math.min(Math.max(quantile(denoised, start, start + sampleSize), 1), largest);
                for (int i = start; i < start + sampleSize; i++) {
                    limited[i] = (float) (clamp(denoised[i], bound) / bound);
                }
            }
            return limited;
        }

        private double quantile(float[] values, int from, int to) {
            float[] magnitudes = Arrays.copyOfRange(values, from, to);
            for (int i = 0; i < magnitudes.length; i++) {
                magnitudes[i] = Math.abs(magnitudes[i]);
            }
            Arrays.sort(magnitudes);
            double rank = ratio * (magnitudes.length - 1);
            int below = (int) rank;
            int above = Math.min(below + 1, magnitudes.length - 1);
            return magnitudes[below] + (rank - below) * (magnitudes[above] - magnitudes[below]);
        }
    }
}
