package io.github.sdfinetune.core.tensor;

import java.util.Arrays;

/**
 * A private random generator: the numbers of {@code torch.Generator("cpu").manual_seed(seed)} in the same order, whatever else
 * runs in the process. One object serves one purpose of one run; it is not for several threads at once.
 */
public final class NoiseSource implements AutoCloseable {
    private long value;

    private NoiseSource(long value) {
        this.value = value;
    }

    /** @param seed any 64 bits, as torch takes them */
    public static NoiseSource seeded(long seed) {
        return new NoiseSource(Torch.call("generator", seed));
    }

    /** Numbers of the standard normal distribution, float32: {@code torch.randn}. */
    public Tensor normal(long... shape) {
        return normal(ScalarType.FLOAT32, shape);
    }

    /**
     * Numbers of the standard normal distribution in a floating-point type, each with an order of its own. That of float16 is the
     * one of torch 2.14: blocks of 16 in float32, the last of which overlaps the one before, rounded.
     */
    public Tensor normal(ScalarType type, long... shape) {
        if (type != ScalarType.FLOAT16) {
            return Tensor.call("normal", this, shape, type.code());
        }
        int count = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        return Scope.keeping(() -> {
            float[] numbers = normal(count < 16 ? count : count / 16 * 16).toFloats();
            if (count > numbers.length) {
                numbers = Arrays.copyOf(numbers, count);
                System.arraycopy(normal(16).toFloats(), 0, numbers, count - 16, 16);
            }
            return Tensor.of(numbers, shape).as(type);
        });
    }

    /** Numbers from 0 to less than 1, float32: {@code torch.rand}. */
    public Tensor uniform(long... shape) {
        return Tensor.call("uniform", this, shape);
    }

    /**
     * Zeroes each number with a probability and divides the others by the probability of being kept (arXiv:1207.0580). Draws
     * {@code uniform(x.shape())} and keeps what is not below the probability.
     *
     * @param probability from 0 to less than 1
     */
    public Tensor dropout(Tensor x, double probability) {
        return Tensor.call("dropout", this, x, probability);
    }

    /** Whole numbers from {@code low} to less than {@code high}: {@code torch.randint}. */
    public long[] integers(long low, long high, int count) {
        try (Scope scope = Scope.open()) {
            return Tensor.call("integers", this, low, high, new long[] {count}).toLongs();
        }
    }

    /** The numbers from 0 to less than n in random order: {@code torch.randperm}. */
    public long[] permutation(int n) {
        try (Scope scope = Scope.open()) {
            return Tensor.call("permutation", this, n).toLongs();
        }
    }

    long value() {
        if (value == 0) {
            throw new IllegalStateException("the noise source was closed");
        }
        return value;
    }

    @Override
    public void close() {
        if (value != 0) {
            TorchLibrary.deleteValue(value);
            value = 0;
        }
    }
}
