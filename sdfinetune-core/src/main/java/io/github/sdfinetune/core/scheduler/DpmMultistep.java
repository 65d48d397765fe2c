package io.github.sdfinetune.core.scheduler;

import io.github.sdfinetune.core.config.JsonFile;
import java.util.List;
import java.util.Optional;

/**
 * DPM-Solver and DPM-Solver++ with derivatives from the last steps (arXiv:2211.01095), "2M" and "3M" in the community's names.
 *
 * @param eulerAtFinal whether the last step is of first order however long the run is
 */
record DpmMultistep(
        NoiseSchedule noiseSchedule,
        PredictionType predictionType,
        LambdaSchedule lambdaSchedule,
        DenoisedLimit limit,
        DpmSettings settings,
        boolean eulerAtFinal)
        implements LambdaSampler {

    static DpmMultistep of(JsonFile settings) {
        Optional<SigmaSpread> spread = SigmaSpread.of(settings, List.of(SigmaSpacing.values()));
        boolean cosine = settings.string("beta_schedule", "").equals("squaredcos_cap_v2");
        return new DpmMultistep(
                NoiseSchedule.rescaled(settings).withFiniteSigmas(),
                settings.oneOf("prediction_type", PredictionType.WORDS_WITH_FLOW, PredictionType.EPSILON),
                new LambdaSchedule(
                        TimestepSpacing.of(settings, TimestepSpacing.Rule.LINSPACE),
                        spread,
                        LambdaSchedule.flowShift(settings),
                        settings.number("lambda_min_clipped", Double.NEGATIVE_INFINITY),
                        DpmSettings.endsAtSmallestSigma(settings)
                                ? LambdaSchedule.End.SMALLEST_SIGMA
                                : LambdaSchedule.End.CLEAN,
                        LambdaSchedule.rounds(spread) && !cosine),
                DenoisedLimit.threshold(settings),
                DpmSettings.of(settings, DpmAlgorithm.WORDS, true),
                settings.flag("euler_at_final", false));
    }

    @Override
    public String name() {
        return SigmaSpread.name(settings.algorithm().name(settings.order(), "M"), lambdaSchedule.spread());
    }

    @Override
    public SamplerRun start(StepPlan plan, int beginIndex, int batch) {
        return new Run(plan, beginIndex, batch);
    }

    private final class Run extends DpmRun {
        Run(StepPlan plan, int beginIndex, int batch) {
            super(DpmMultistep.this, settings.algorithm(), settings.order(), plan, beginIndex, batch);
        }

        @Override
        float[] update(int index, float[] latents, NoiseDraw noise) {
            double[][] derivatives = derivatives(index, order(index));
            return integrate(
                    index, index + 1, latents, derivatives, settings.midpoint() && derivatives.length == 2, noise);
        }

        private int order(int index) {
            boolean nothingToDo = rise(index, index + 1) == 0;
            boolean last = stepsLeft(index) == 1;
            if (nothingToDo || (last && (eulerAtFinal || level(index + 1).noise() == 0))) {
                return 1;
            }
            int atMost = settings.lowerOrderFinal() ? lowerOrderFinal(index) : settings.order();
            return Math.min(outputs(), atMost);
        }

        private double[][] derivatives(int index, int order) {
            double rise = rise(index, index + 1);
            if (order == 1) {
                return new double[][] {{1}};
            }
            double before = rise(index - 1, index) / rise;
            if (order == 2) {
                return new double[][] {{1, 0}, {1 / before, -1 / before}};
            }
            double longBefore = rise(index - 2, index - 1) / rise;
            double[] slope = {1 / before, -1 / before, 0};
            double[] slopeBefore = {0, 1 / longBefore, -1 / longBefore};
            double distance = before + longBefore;
            double[] bend = combine(1 / distance, slope, -1 / distance, slopeBefore);
            return new double[][] {{1, 0, 0}, combine(1, slope, before, bend), bend};
        }
    }
}
