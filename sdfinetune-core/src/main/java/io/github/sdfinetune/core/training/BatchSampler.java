package io.github.sdfinetune.core.training;

import io.github.sdfinetune.core.pipeline.LatentShape;
import io.github.sdfinetune.core.tensor.NoiseSource;
import io.github.sdfinetune.core.tensor.Scope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;

/** Draws batches: pictures in a new random order in every epoch, and for each a latent, a noise and a timestep. */
final class BatchSampler {
    private final List<EncodedExample> examples;
    private final LatentShape shape;
    private final double scalingFactor;
    private final int trainTimesteps;
    private final int textTokens;
    private final Draws draws;
    private final Deque<EncodedExample> upcoming = new ArrayDeque<>();

    /** A batch and the names of its pictures. */
    record Drawn(TrainingBatch batch, String names) {}

    /**
     * @param shape of a batch's latents
     * @param trainTimesteps timesteps are drawn from 0 to less than this
     */
    BatchSampler(
            List<EncodedExample> examples,
            LatentShape shape,
            double scalingFactor,
            int trainTimesteps,
            int textTokens,
            Draws draws) {
        this.examples = examples;
        this.shape = shape;
        this.scalingFactor = scalingFactor;
        this.trainTimesteps = trainTimesteps;
        this.textTokens = textTokens;
        this.draws = draws;
    }

    Drawn next() {
        List<EncodedExample> chosen = new ArrayList<>();
        for (int i = 0; i < shape.batch(); i++) {
            chosen.add(nextExample());
        }
        TrainingBatch batch = TrainingBatch.of(chosen, shape, scalingFactor, textTokens, randomness());
        return new Drawn(batch, chosen.stream().map(EncodedExample::name).collect(Collectors.joining(", ")));
    }

    /** Every picture once before any comes again; a batch may span two epochs. */
    private EncodedExample nextExample() {
        if (upcoming.isEmpty()) {
            for (long index : draws.of(Draws.Purpose.ORDER).permutation(examples.size())) {
                upcoming.add(examples.get((int) index));
            }
        }
        return upcoming.remove();
    }

    private TrainingBatch.Randomness randomness() {
        return new TrainingBatch.Randomness(normal(Draws.Purpose.POSTERIOR), normal(Draws.Purpose.NOISE), timesteps());
    }

    private float[] normal(Draws.Purpose purpose) {
        NoiseSource source = draws.of(purpose);
        try (Scope scope = Scope.open()) {
            return source.normal(shape.batch(), shape.channels(), shape.height(), shape.width())
                    .toFloats();
        }
    }

    private int[] timesteps() {
        return Arrays.stream(draws.of(Draws.Purpose.TIMESTEPS).integers(0, trainTimesteps, shape.batch()))
                .mapToInt(Math::toIntExact)
                .toArray();
    }
}
