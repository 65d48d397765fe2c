package io.github.sdfinetune.core.scheduler;

import io.github.sdfinetune.core.config.JsonFile;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * DPM-Solver and DPM-Solver++ in blocks of as many steps as their order (arXiv:2206.00927, arXiv:2211.01095), "2S" in the
 * community's names: each step of a block begins again where the block began and knows one more output.
 */
record DpmSinglestep(
        NoiseSchedule noiseSchedule,
        PredictionType predictionType,
        LambdaSchedule lambdaSchedule,
        DenoisedLimit limit,
        DpmSettings settings)
        implements LambdaSampler {

    static DpmSinglestep of(JsonFile settings) {
        LambdaSchedule.refuseFlow(settings, "DPM++ 2S");
        Optional<SigmaSpread> spread = SigmaSpread.of(settings);
        return new DpmSinglestep(
                NoiseSchedule.of(settings).withFiniteSigmas(),
                PredictionType.of(settings),
                new LambdaSchedule(
                        new TimestepSpacing(TimestepSpacing.Rule.LINSPACE, 0),
                        spread,
                        OptionalDouble.empty(),
                        settings.number("lambda_min_clipped", Double.NEGATIVE_INFINITY),
                        DpmSettings.endsAtSmallestSigma(settings)
                                ? LambdaSchedule.End.SMALLEST_SIGMA
                                : LambdaSchedule.End.CLEAN,
                        LambdaSchedule.rounds(spread)),
                DenoisedLimit.threshold(settings),
                DpmSettings.of(settings, DpmAlgorithm.SINGLESTEP_WORDS, false));
    }

    @Override
    public String name() {
        // The community's name for fresh noise in blocks of two.
        boolean unnumbered = settings.algorithm() == DpmAlgorithm.SDE_DPM_PP && settings.order() == 2;
        String name = unnumbered ? "DPM++ SDE" : settings.algorithm().name(settings.order(), "S");
        return SigmaSpread.name(name, lambdaSchedule.spread());
    }

    @Override
    public SamplerRun start(StepPlan plan, int beginIndex, int batch) {
        return new Run(plan, beginIndex, batch);
    }

    private final class Run extends DpmRun {
        private float[] blockStart = {};

        Run(StepPlan plan, int beginIndex, int batch) {
            super(DpmSinglestep.this, settings.algorithm(), settings.order(), plan, beginIndex, batch);
        }

        @Override
        float[] update(int index, float[] latents, NoiseDraw noise) {
            int order = Math.min(outputs(), order(index));
            if (order == 1) {
                blockStart = latents;
            }
            int first = index + 1 - order;
            boolean halfSlope = settings.midpoint() && order == 2;
            return integrate(first, index + 1, blockStart, derivatives(first, index, order), halfSlope, noise);
        }

        /** The place in the block, from 1. The very last step may begin a block of its own. */
        private int order(int index) {
            int steps = index + stepsLeft(index);
            boolean wholeBlocks = steps % settings.order() == 0;
            boolean alone = level(steps).noise() == 0 || (settings.lowerOrderFinal() && wholeBlocks);
            return alone && stepsLeft(index) == 1 ? 1 : index % settings.order() + 1;
        }

        private double[][] derivatives(int first, int index, int order) {
            double rise = rise(first, index + 1);
            double newest = rise(first, index) / rise;
            if (order == 1) {
                return new double[][] {{1}};
            }
            if (order == 2) {
                return new double[][] {{0, 1}, {1 / newest, -1 / newest}};
            }
            double middle = rise(first, first + 1) / rise;
            double[] toNewest = {1 / newest, 0, -1 / newest};
            double[] toMiddle = {0, 1 / middle, -1 / middle};
            if (settings.midpoint()) {
                return new double[][] {{0, 0, 1}, toNewest};
            }
            double distance = newest - middle;
            return new double[][] {
                {0, 0, 1},
                combine(newest / distance, toMiddle, -middle / distance, toNewest),
                combine(2 / distance, toNewest, -2 / distance, toMiddle)
            };
        }
    }
}
