package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.core.scheduler.NoiseDraw;
import io.github.sdfinetune.core.tensor.NoiseSource;
import io.github.sdfinetune.core.tensor.Scope;
import java.util.List;

/** The seeded noise of one request: one generator for all pictures, or one for each, as diffusers does. */
public final class LatentNoise implements NoiseDraw, AutoCloseable {
    private final List<NoiseSource> sources;
    private final LatentShape shape;

    /**
     * @param seeds one for the whole batch, or one for each picture
     * @param shape of the latents
     */
    public LatentNoise(List<Long> seeds, LatentShape shape) {
        if (seeds.size() != 1 && seeds.size() != shape.batch()) {
            throw new IllegalArgumentException(
                    "one seed or one for each of the " + shape.batch() + " pictures is needed, not " + seeds.size());
        }
        this.shape = shape;
        this.sources = seeds.stream().map(NoiseSource::seeded).toList();
    }

    @Override
    public float[] draw() {
        LatentShape each = sources.size() == 1 ? shape : shape.ofOne();
        float[] noise = new float[shape.count()];
        try (Scope scope = Scope.open()) {
            for (int i = 0; i < sources.size(); i++) {
                float[] drawn = sources.get(i).normal(each.dimensions(1)).toFloats();
                System.arraycopy(drawn, 0, noise, i * each.count(), each.count());
            }
        }
        return noise;
    }

    @Override
    public void close() {
        sources.forEach(NoiseSource::close);
    }
}
