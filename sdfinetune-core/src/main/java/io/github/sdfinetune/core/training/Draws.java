package io.github.sdfinetune.core.training;

import io.github.sdfinetune.core.tensor.NoiseSource;
import java.util.EnumMap;
import java.util.Map;

/**
 * The random numbers of a run: a private generator for each purpose, so that one purpose never shifts the numbers of another. All
 * come from one seed.
 */
final class Draws implements AutoCloseable {
    private final Map<Purpose, NoiseSource> sources = new EnumMap<>(Purpose.class);

    /** What random numbers are for. The numbers are part of what a seed means, so they stay. */
    enum Purpose {
        FACTORS(1),
        ORDER(2),
        POSTERIOR(3),
        NOISE(4),
        TIMESTEPS(5),
        DROPOUT(6);

        private final int number;

        Purpose(int number) {
            this.number = number;
        }
    }

    Draws(long seed) {
        for (Purpose purpose : Purpose.values()) {
            sources.put(purpose, NoiseSource.seeded(mixed(seed, purpose.number)));
        }
    }

    NoiseSource of(Purpose purpose) {
        NoiseSource source = sources.get(purpose);
        if (source == null) {
            throw new IllegalStateException("no generator for " + purpose);
        }
        return source;
    }

    /** The output function of SplitMix64 (Steele, Lea, Flood 2014): torch's generator takes only the low 32 bits of a seed. */
    private static long mixed(long seed, long purpose) {
        long z = seed + purpose * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    @Override
    public void close() {
        sources.values().forEach(NoiseSource::close);
    }
}
