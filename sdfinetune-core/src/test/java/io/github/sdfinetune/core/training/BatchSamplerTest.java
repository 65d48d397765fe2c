package io.github.sdfinetune.core.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdfinetune.core.pipeline.LatentShape;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.testing.FloatAssert;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BatchSamplerTest {
    private static final long SEED = 5;
    private static final double SCALING_FACTOR = 0.5;
    private static final int TIMESTEPS = 1000;
    private static final LatentShape LATENTS = new LatentShape(1, 4, 2, 3);

    private final List<Draws> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(Draws::close);
    }

    @Test
    void latentsAreDrawnFromThePosteriorAndScaled() {
        BatchSampler sampler = sampler(3, 2, SEED);
        Draws same = draws(SEED);
        for (int step = 0; step < 3; step++) {
            float[] latents = sampler.next().batch().latents();
            float[] noise = normal(same, Draws.Purpose.POSTERIOR, 2);
            for (int i = 0; i < latents.length; i++) {
                noise[i] = (float)
                        ((mean(i % LATENTS.count()) + deviation(i % LATENTS.count()) * noise[i]) * SCALING_FACTOR);
            }
            FloatAssert.assertClose("latents", latents, noise, 0, 1e-6);
        }
    }

    @Test
    void eachEpochShowsEveryPictureOnceInAnOrderOfItsOwn() {
        BatchSampler sampler = sampler(7, 1, SEED);
        Set<List<String>> orders = new HashSet<>();
        for (int epoch = 0; epoch < 5; epoch++) {
            List<String> order = names(sampler, 7);
            assertThat(order).containsExactlyInAnyOrder("0.png", "1.png", "2.png", "3.png", "4.png", "5.png", "6.png");
            orders.add(order);
        }
        assertThat(orders).as("orders of 5 epochs").hasSize(5);
    }

    @Test
    void aBatchMaySpanTwoEpochs() {
        assertThat(names(sampler(3, 2, SEED), 3)).isEqualTo(names(sampler(3, 1, SEED), 6));
    }

    @Test
    void textsGoWithTheirPictures() {
        BatchSampler sampler = sampler(3, 2, SEED);
        for (int step = 0; step < 6; step++) {
            BatchSampler.Drawn drawn = sampler.next();
            List<Float> texts = new ArrayList<>();
            for (String name : drawn.names().split(", ", -1)) {
                texts.addAll(List.of(text(name), -text(name)));
            }
            assertThat(drawn.batch().text()).containsExactly(texts.toArray(Float[]::new));
            assertThat(drawn.batch().textTokens()).isEqualTo(2);
        }
    }

    @Test
    void everyStepHasNumbersOfItsOwn() {
        BatchSampler sampler = sampler(1, 1, SEED); // one picture, so that nothing else differs
        Set<String> seen = new HashSet<>();
        Set<Integer> timesteps = new HashSet<>();
        for (int step = 0; step < 50; step++) {
            TrainingBatch batch = sampler.next().batch();
            assertThat(seen.add(Arrays.toString(batch.latents()))).isTrue();
            assertThat(seen.add(Arrays.toString(batch.noise()))).isTrue();
            assertThat(batch.timesteps()[0]).isBetween(0, TIMESTEPS - 1);
            timesteps.add(batch.timesteps()[0]);
        }
        assertThat(timesteps).as("different ones of 50").hasSizeGreaterThan(40);
        assertThat(timesteps).anyMatch(t -> t < TIMESTEPS / 4).anyMatch(t -> t > 3 * TIMESTEPS / 4);
    }

    @Test
    void samplesOfABatchHaveNumbersOfTheirOwn() {
        TrainingBatch batch = sampler(1, 2, SEED).next().batch();
        int one = LATENTS.count();
        assertThat(Arrays.copyOf(batch.noise(), one)).isNotEqualTo(Arrays.copyOfRange(batch.noise(), one, 2 * one));
        assertThat(Arrays.copyOf(batch.latents(), one)).isNotEqualTo(Arrays.copyOfRange(batch.latents(), one, 2 * one));
        assertThat(batch.timesteps()[0]).isNotEqualTo(batch.timesteps()[1]);
    }

    @Test
    void theSeedDecidesAll() {
        assertThat(described(sampler(4, 2, SEED))).isEqualTo(described(sampler(4, 2, SEED)));
        List<String> others = described(sampler(4, 2, SEED + 1));
        assertThat(described(sampler(4, 2, SEED))).noneMatch(others::contains);
    }

    /** torch's generator takes only the low 32 bits. */
    @Test
    void allBitsOfTheSeedCount() {
        List<String> others = described(sampler(4, 2, SEED + (1L << 40)));
        assertThat(described(sampler(4, 2, SEED))).noneMatch(others::contains);
    }

    @Test
    void purposesHaveGeneratorsOfTheirOwn() {
        Draws draws = draws(SEED);
        Draws others = draws(SEED);
        normal(others, Draws.Purpose.POSTERIOR, 9);
        assertThat(normal(others, Draws.Purpose.NOISE, 1))
                .as("whatever was drawn for the posterior")
                .isEqualTo(normal(draws, Draws.Purpose.NOISE, 1))
                .isNotEqualTo(normal(draws, Draws.Purpose.POSTERIOR, 1));
    }

    /** @param pictures which differ in name and text */
    private BatchSampler sampler(int pictures, int batch, long seed) {
        float[] mean = new float[LATENTS.count()];
        float[] deviation = new float[LATENTS.count()];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = mean(i);
            deviation[i] = deviation(i);
        }
        List<EncodedExample> examples = IntStream.range(0, pictures)
                .mapToObj(i -> i + ".png")
                .map(name -> new EncodedExample(name, mean, deviation, new float[] {text(name), -text(name)}))
                .toList();
        LatentShape shape = new LatentShape(batch, LATENTS.channels(), LATENTS.height(), LATENTS.width());
        return new BatchSampler(examples, shape, SCALING_FACTOR, TIMESTEPS, 2, draws(seed));
    }

    private static float mean(int i) {
        return i - 10;
    }

    private static float deviation(int i) {
        return 0.1f * (i + 1);
    }

    private static float text(String name) {
        return 1 + Integer.parseInt(name.substring(0, 1));
    }

    private Draws draws(long seed) {
        Draws draws = new Draws(seed);
        opened.add(draws);
        return draws;
    }

    private static float[] normal(Draws draws, Draws.Purpose purpose, int batch) {
        try (Scope scope = Scope.open()) {
            return draws.of(purpose)
                    .normal(batch, LATENTS.channels(), LATENTS.height(), LATENTS.width())
                    .toFloats();
        }
    }

    /** Of the pictures that a number of batches are about. */
    private static List<String> names(BatchSampler sampler, int batches) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            names.addAll(List.of(sampler.next().names().split(", ", -1)));
        }
        return names;
    }

    private static List<String> described(BatchSampler sampler) {
        List<String> described = new ArrayList<>();
        StringBuilder order = new StringBuilder();
        for (int step = 0; step < 10; step++) {
            BatchSampler.Drawn drawn = sampler.next();
            order.append(drawn.names()).append(' ');
            described.add(Arrays.toString(drawn.batch().latents()));
            described.add(Arrays.toString(drawn.batch().noise()));
            described.add(step + " at " + Arrays.toString(drawn.batch().timesteps()));
        }
        described.add(order.toString());
        return described;
    }
}
