package io.github.sdfinetune.examples;

import io.github.sdfinetune.Generation;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import picocli.CommandLine.Option;

/** How many pictures, and their seeds. */
final class BatchOptions {
    private static final long RANDOM_SEEDS = 1L << 32;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "Pictures for each prompt, denoised together. Default: 1.")
    private Optional<Integer> count = Optional.empty();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The same seed gives the same picture. Further pictures have the next seeds, unless --seed is"
                    + " given once for each. Default: a random one, which is printed.")
    private List<Long> seeds = List.of();

    @Option(
            names = "--batch-seed",
            paramLabel = "N",
            description = "Instead of --seed: one random generator that draws the noise of all pictures, as a"
                    + " single generator in diffusers.")
    private Optional<Long> batchSeed = Optional.empty();

    /** Refuses what means nothing together. */
    void check() {
        if (batchSeed.isPresent() && !seeds.isEmpty()) {
            throw new OptionException("--batch-seed", "can't be used together with --seed");
        }
    }

    /** Whether other pictures are asked for than those of a saved request. */
    boolean isGiven() {
        return count.isPresent() || batchSeed.isPresent() || !seeds.isEmpty();
    }

    /** The generation with as many pictures as were asked for. */
    Generation addTo(Generation generation) {
        return new Settings<>(generation)
                .set("--count", count, Generation::count)
                .value();
    }

    /** With a seed for each picture, so that each can be generated again alone; or with one for all if that was asked for. */
    Generation seeded(Generation generation) {
        if (batchSeed.isPresent()) {
            return generation.seed(batchSeed.get());
        }
        int pictures = generation.pictures();
        if (seeds.size() > 1) {
            if (seeds.size() != pictures) {
                throw new OptionException(
                        "--seed",
                        "one or one for each of the " + pictures + " pictures is needed, not " + seeds.size());
            }
            return generation.seeds(seeds.stream().mapToLong(Long::longValue).toArray());
        }
        long first = seeds.stream()
                .findFirst()
                .or(() -> generation.seeds().stream().findFirst())
                .orElseGet(() -> new SecureRandom().nextLong(RANDOM_SEEDS));
        return generation.seeds(
                LongStream.range(0, pictures).map(i -> first + i).toArray());
    }
}
