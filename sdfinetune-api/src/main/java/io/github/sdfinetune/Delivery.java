package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;

import java.util.Optional;
import java.util.OptionalInt;

/** How many pictures a generation gives for each prompt, whether they are coded in tiles, and how often they are shown meanwhile. */
record Delivery(int count, Optional<Boolean> tiledVae, OptionalInt previewEvery) {
    static final Delivery DEFAULT = new Delivery(1, Optional.empty(), OptionalInt.empty());

    Delivery {
        require(count >= 1, "count must be at least 1, was %s", count);
        previewEvery.ifPresent(
                steps -> require(steps >= 1, "previews are shown every so many steps, at least 1, was %s", steps));
    }
}
