package io.github.sdfinetune.core.pipeline;

/** The size of the latents of a request: how many pictures, channels, rows, columns. */
public record LatentShape(int batch, int channels, int height, int width) {

    /** @throws IllegalArgumentException if there is nothing, or if they are more numbers than an array holds */
    public LatentShape {
        if (Math.min(Math.min(batch, channels), Math.min(height, width)) < 1) {
            throw new IllegalArgumentException("latents must have at least one sample, channel, row and column, were "
                    + batch + " samples of " + channels + "x" + height + "x" + width);
        }
        if ((double) batch * channels * height * width > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(batch + " samples of " + channels + "x" + height + "x" + width
                    + " latents are more numbers than an array holds");
        }
    }

    /** How many numbers there are. */
    public int count() {
        return batch * channels * height * width;
    }

    long[] dimensions(int copies) {
        return new long[] {(long) copies * batch, channels, height, width};
    }

    /** The same numbers for each picture of the batch. */
    float[] repeat(float... one) {
        float[] all = new float[batch * one.length];
        for (int i = 0; i < batch; i++) {
            System.arraycopy(one, 0, all, i * one.length, one.length);
        }
        return all;
    }

    LatentShape ofOne() {
        return new LatentShape(1, channels, height, width);
    }
}
