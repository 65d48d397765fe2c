package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.core.scheduler.NoiseDraw;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.vae.Posterior;

/** Brings an input picture into latents. */
final class PictureEncoder {
    private final LatentCodec codec;
    private final LatentShape shape;

    PictureEncoder(LatentCodec codec, LatentShape shape) {
        this.codec = codec;
        this.shape = shape;
    }

    /** Of the latents that come out. */
    LatentShape shape() {
        return shape;
    }

    /**
     * Draws from what the encoder gives, for each picture of the batch anew.
     *
     * @param pixels (3, height, width), from -1 to 1
     * @return (batch, channels, height/8, width/8), scaled
     */
    float[] sample(float[] pixels, NoiseDraw noise) {
        return encode(pixels, noise.draw());
    }

    /** The mean of what the encoder gives; shaped as in {@link #sample}. */
    float[] mean(float[] pixels) {
        return encode(pixels, new float[shape.count()]);
    }

    /** The mean for pictures that are gray, 0, all over. */
    float[] gray() {
        int factor = codec.vae().factor();
        return mean(new float[3 * shape.height() * factor * shape.width() * factor]);
    }

    private float[] encode(float[] pixels, float[] noise) {
        try (Scope scope = Scope.open()) {
            long factor = codec.vae().factor();
            Posterior posterior =
                    codec.encode(Tensor.of(pixels, 1, 3, shape.height() * factor, shape.width() * factor));
            long[] rows = new long[shape.batch()];
            return posterior
                    .mean()
                    .rows(rows)
                    .add(posterior.deviation().rows(rows).multiply(Tensor.of(noise, shape.dimensions(1))))
                    .multiply(codec.vae().scalingFactor())
                    .toFloats();
        }
    }
}
