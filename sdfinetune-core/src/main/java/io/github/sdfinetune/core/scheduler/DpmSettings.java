package io.github.sdfinetune.core.scheduler;

import io.github.sdfinetune.core.config.JsonFile;
import java.util.Map;

/**
 * What the kinds of DPM-Solver have in common.
 *
 * @param order 1 to 3
 * @param midpoint whether second order takes the midpoint rule and not Heun's
 * @param lowerOrderFinal whether the last steps of a short run have a lower order
 */
record DpmSettings(DpmAlgorithm algorithm, int order, boolean midpoint, boolean lowerOrderFinal) {
    /** The methods of other classes stand for the default. */
    private static final Map<String, Boolean> MIDPOINT =
            Map.of("midpoint", true, "heun", false, "logrho", true, "bh1", true, "bh2", true);

    private static final int HIGHEST_ORDER = 3;

    static DpmSettings of(JsonFile settings, Map<String, DpmAlgorithm> algorithms, boolean lowerOrderFinal) {
        Ddpm.variance(settings);
        DpmAlgorithm algorithm = settings.oneOf("algorithm_type", algorithms, DpmAlgorithm.DPM_PP);
        if (!algorithm.readsClean() && !endsAtSmallestSigma(settings)) {
            throw settings.fault(
                    "final_sigmas_type",
                    "is \"zero\", expected \"sigma_min\" for algorithm_type \"" + settings.string("algorithm_type")
                            + "\"");
        }
        int order = order(settings);
        if (algorithm == DpmAlgorithm.SDE_DPM && order == HIGHEST_ORDER) {
            throw settings.fault("solver_order", "is 3, expected 1 or 2 for algorithm_type \"sde-dpmsolver\"");
        }
        return new DpmSettings(
                algorithm,
                order,
                settings.oneOf("solver_type", MIDPOINT, true),
                settings.flag("lower_order_final", lowerOrderFinal));
    }

    static boolean endsAtSmallestSigma(JsonFile settings) {
        return settings.oneOf("final_sigmas_type", SigmaSchedule.ENDS_AT_SMALLEST, false);
    }

    static int order(JsonFile settings) {
        int order = settings.integer("solver_order", 2);
        if (order < 1 || order > HIGHEST_ORDER) {
            throw settings.fault("solver_order", "is " + order + ", expected 1 to " + HIGHEST_ORDER);
        }
        return order;
    }
}
