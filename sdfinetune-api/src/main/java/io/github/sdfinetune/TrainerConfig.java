package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How a LoRA is trained, on the attention projections (query, key, value, output) of the UNet.
 *
 * <pre>{@code
 * TrainerConfig config = TrainerConfig.lora().rank(16).steps(800).learningRate(1e-4).build();
 * }</pre>
 *
 * @param rank of the two factors
 * @param alpha the change is scaled by {@code alpha / rank}
 * @param dropout probability with which an input of the change is zeroed during training
 * @param steps of the optimizer
 * @param learningRate constant
 * @param batchSize pictures per step
 * @param resolution side in pixels to which pictures are resized and cropped; without one the model's own
 * @param maxGradientNorm gradients are scaled down to this L2 norm
 * @param seed of the factors, the order of pictures, noise, timesteps and dropout, each with a generator of its own
 * @param name of the adapter, as the parameters of pictures and prompts call it; what a file can be called
 * @param instancePrompt the caption of pictures that have none; without one they are an error
 */
public record TrainerConfig(
        int rank,
        double alpha,
        double dropout,
        int steps,
        double learningRate,
        int batchSize,
        OptionalInt resolution,
        double maxGradientNorm,
        long seed,
        String name,
        Optional<String> instancePrompt) {

    public TrainerConfig {
        require(rank >= 1, "rank must be at least 1, was %s", rank);
        require(Double.isFinite(alpha) && alpha > 0, "alpha must be a number above 0, was %s", alpha);
        require(dropout >= 0 && dropout < 1, "dropout must be from 0 to less than 1, was %s", dropout);
        require(steps >= 1, "steps must be at least 1, was %s", steps);
        require(
                Double.isFinite(learningRate) && learningRate > 0,
                "learning rate must be a number above 0, was %s",
                learningRate);
        require(batchSize >= 1, "batch size must be at least 1, was %s", batchSize);
        require(
                resolution.isEmpty() || resolution.getAsInt() >= 8,
                "resolution must be at least 8, was %s",
                resolution.orElse(0));
        require(maxGradientNorm > 0, "the largest gradient norm must be above 0, was %s", maxGradientNorm);
        require(
                !name.isBlank() && name.chars().noneMatch(each -> each < ' ' || "/\\:*?\"<>|".indexOf(each) >= 0),
                "the name of an adapter must be one that a file can have, was \"%s\"",
                name);
    }

    /** Settings for a LoRA: rank 16, alpha = rank, no dropout, 1000 steps, learning rate 1e-4, batch size 1, clip at 1.0. */
    public static Builder lora() {
        return new Builder();
    }

    /** Collects settings; see {@link TrainerConfig} for their meaning. */
    public static final class Builder {
        private int rank = 16;
        private OptionalDouble alpha = OptionalDouble.empty();
        private double dropout;
        private int steps = 1000;
        private double learningRate = 1e-4;
        private int batchSize = 1;
        private OptionalInt resolution = OptionalInt.empty();
        private double maxGradientNorm = 1.0;
        private long seed;
        private String name = "trained";
        private Optional<String> instancePrompt = Optional.empty();

        private Builder() {}

        public Builder rank(int rank) {
            this.rank = rank;
            return this;
        }

        public Builder alpha(double alpha) {
            this.alpha = OptionalDouble.of(alpha);
            return this;
        }

        public Builder dropout(double dropout) {
            this.dropout = dropout;
            return this;
        }

        public Builder steps(int steps) {
            this.steps = steps;
            return this;
        }

        public Builder learningRate(double learningRate) {
            this.learningRate = learningRate;
            return this;
        }

        public Builder batchSize(int batchSize) {
            this.batchSize = batchSize;
            return this;
        }

        public Builder resolution(int resolution) {
            this.resolution = OptionalInt.of(resolution);
            return this;
        }

        public Builder maxGradientNorm(double maxGradientNorm) {
            this.maxGradientNorm = maxGradientNorm;
            return this;
        }

        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /** Default: {@code trained}. */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        public Builder instancePrompt(String instancePrompt) {
            this.instancePrompt = Optional.of(instancePrompt);
            return this;
        }

        /**
         * The finished configuration.
         *
         * @throws IllegalArgumentException if a setting is out of range
         */
        public TrainerConfig build() {
            return new TrainerConfig(
                    rank,
                    alpha.orElse(rank),
                    dropout,
                    steps,
                    learningRate,
                    batchSize,
                    resolution,
                    maxGradientNorm,
                    seed,
                    name,
                    instancePrompt);
        }
    }
}
