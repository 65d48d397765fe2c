package io.github.sdfinetune.core.scheduler;

import static io.github.sdfinetune.core.scheduler.LinearCombination.sum;
import static io.github.sdfinetune.core.scheduler.LinearCombination.term;

import io.github.sdfinetune.core.config.JsonFile;
import io.github.sdfinetune.core.scheduler.LinearCombination.Term;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The unified predictor and corrector (arXiv:2302.04867). Each step first corrects the one before by the model's output at its end,
 * then predicts; both fit the model's part by the last outputs.
 *
 * @param algorithm whether clean latents or noise are integrated
 * @param linear whether the function B(h) of the paper is h and not e^h − 1
 * @param uncorrected the indices of steps that are not corrected
 */
record UniPc(
        NoiseSchedule noiseSchedule,
        PredictionType predictionType,
        LambdaSchedule lambdaSchedule,
        DenoisedLimit limit,
        DpmAlgorithm algorithm,
        int order,
        boolean lowerOrderFinal,
        boolean linear,
        Set<Integer> uncorrected)
        implements LambdaSampler {
    /** The methods of other classes stand for the default. */
    private static final Map<String, Boolean> LINEAR =
            Map.of("bh1", true, "bh2", false, "midpoint", false, "heun", false, "logrho", false);

    static UniPc of(JsonFile settings) {
        LambdaSchedule.refuseFlow(settings, "UniPC");
        if (settings.has("solver_p")) {
            throw settings.fault("solver_p", "is given, expected null: UniPC takes no other sampler for its predictor");
        }
        Optional<SigmaSpread> spread = SigmaSpread.of(settings);
        boolean clean = settings.flag("predict_x0", true);
        return new UniPc(
                NoiseSchedule.rescaled(settings).withFiniteSigmas(),
                PredictionType.of(settings),
                new LambdaSchedule(
                        TimestepSpacing.of(settings, TimestepSpacing.Rule.LINSPACE),
                        spread,
                        OptionalDouble.empty(),
                        Double.NEGATIVE_INFINITY,
                        DpmSettings.endsAtSmallestSigma(settings)
                                ? LambdaSchedule.endAtSmallest(spread)
                                : LambdaSchedule.End.CLEAN,
                        LambdaSchedule.rounds(spread)),
                clean ? DenoisedLimit.threshold(settings) : new DenoisedLimit.None(),
                clean ? DpmAlgorithm.DPM_PP : DpmAlgorithm.DPM,
                DpmSettings.order(settings),
                settings.flag("lower_order_final", true),
                settings.oneOf("solver_type", LINEAR, false),
                settings.has("disable_corrector") ? Set.copyOf(settings.integers("disable_corrector")) : Set.of());
    }

    @Override
    public String name() {
        return SigmaSpread.name("UniPC", lambdaSchedule.spread());
    }

    @Override
    public SamplerRun start(StepPlan plan, int beginIndex, int batch) {
        return new Run(plan, beginIndex, batch);
    }

    private final class Run extends LambdaRun {
        private final RecentOutputs outputs = new RecentOutputs(order);
        private float[] origin = {};
        private int orderBefore;

        Run(StepPlan plan, int beginIndex, int batch) {
            super(UniPc.this, plan, beginIndex, batch);
        }

        @Override
        float[] advance(int index, float[] modelOutput, float[] latents, NoiseDraw noise) {
            float[] output = algorithm.readsClean()
                    ? denoised(index, modelOutput, latents)
                    : epsilon(index, modelOutput, latents);
            boolean corrects = outputs.size() > 0 && !uncorrected.contains(index - 1);
            origin = corrects ? correct(index - 1, output) : latents;
            outputs.add(output);
            orderBefore = order(index);
            UniPcFit fit = new UniPcFit(exponent(index), places(index, orderBefore), linear);
            return sum(integrate(index, fit.predictor()));
        }

        /** The step that begins at an index once more, now that the output at its end is known. */
        private float[] correct(int index, float[] outputAtEnd) {
            UniPcFit fit = new UniPcFit(exponent(index), places(index, orderBefore), linear);
            List<Term> terms = integrate(index, fit.corrector());
            terms.add(term(algorithm.scale(level(index + 1)) * fit.ofEnd(), outputAtEnd));
            return sum(terms);
        }

        private int order(int index) {
            if (level(index + 1).noise() == 0 || rise(index, index + 1) == 0) {
                return 1;
            }
            return Math.min(outputs.size(), lowerOrderFinal ? stepsLeft(index) : order);
        }

        private double exponent(int index) {
            return algorithm.exponent(level(index), level(index + 1));
        }

        /** Where the outputs before the step's beginning lie, if it is at 0 and the step's end at 1. */
        private double[] places(int index, int order) {
            double[] places = new double[order - 1];
            Arrays.setAll(places, i -> -rise(index - 1 - i, index) / rise(index, index + 1));
            return places;
        }

        private List<Term> integrate(int index, double[] weights) {
            NoiseLevel end = level(index + 1);
            List<Term> terms = outputs.weighted(Arrays.stream(weights)
                    .map(weight -> algorithm.scale(end) * weight)
                    .toArray());
            terms.add(term(algorithm.kept(level(index), end), origin));
            return terms;
        }
    }
}
