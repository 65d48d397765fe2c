package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;

/**
 * How strongly the prompts of a generation act.
 *
 * @param from share of the steps before guidance begins
 * @param to share of the steps after which it ends
 */
record Guidance(double scale, double rescale, double from, double to) {
    static final Guidance DEFAULT = new Guidance(7.5, 0, 0, 1);

    Guidance {
        require(Double.isFinite(scale) && scale >= 0, "guidance scale must be a number of at least 0, was %s", scale);
        require(rescale >= 0 && rescale <= 1, "guidance rescale must be from 0 to 1, was %s", rescale);
        require(
                from >= 0 && from <= to && to <= 1,
                "the guidance interval must lie within 0 to 1 and not end before it begins, was %s to %s",
                from,
                to);
    }
}
