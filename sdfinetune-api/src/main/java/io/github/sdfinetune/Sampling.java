package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;

import java.util.List;
import java.util.Optional;

/**
 * How a generation gets from noise to pictures.
 *
 * @param seeds none: a random one; one: a generator for all pictures; several: one for each
 */
record Sampling(Optional<Sampler> sampler, int steps, double eta, List<Long> seeds) {
    static final Sampling DEFAULT = new Sampling(Optional.empty(), 25, 0, List.of());

    Sampling {
        require(steps >= 1 && steps <= 1000, "steps must be from 1 to 1000, was %s", steps);
        require(eta >= 0 && eta <= 1, "eta must be from 0 to 1, was %s", eta);
    }
}
