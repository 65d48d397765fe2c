package io.github.sdfinetune.core.model;

import io.github.sdfinetune.core.tensor.Arena;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.WeightSource;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Weights as a new network has them before training: uniform within ±1/√(inputs of a number), as PyTorch's layers start; norms
 * start as the identity. The same seed and name give the same numbers.
 */
public final class RandomWeights implements WeightSource {
    private final long seed;
    private final Numerics numerics;
    private final Arena arena;

    /** @param arena owns the weights */
    public RandomWeights(long seed, Numerics numerics, Arena arena) {
        this.seed = seed;
        this.numerics = numerics;
        this.arena = arena;
    }

    @Override
    public Tensor get(String name, long... shape) {
        try (Scope scope = Scope.open()) {
            return arena.adopt(numerics.store(Tensor.of(values(seed, name, shape), shape)));
        }
    }

    static float[] values(long seed, String name, long... shape) {
        float[] values = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
        if (shape.length == 1) {
            Arrays.fill(values, name.endsWith("weight") ? 1 : 0);
            return values;
        }
        SplittableRandom random = new SplittableRandom(seed * 31 + name.hashCode());
        float range = (float) (1 / Math.sqrt((double) values.length / shape[0]));
        for (int i = 0; i < values.length; i++) {
            values[i] = range * (random.nextInt() * 0x1p-31f);
        }
        return values;
    }
}
