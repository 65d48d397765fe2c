package io.github.sdfinetune.core.pipeline;

/** The size of the latents of a request: how many pictures, channels, rows, columns. */
public record LatentShape(int batch, int channels, int height, int width) {

    /** How many numbers there are. */
    public int count() {
        return Math.multiplyExact(Math.multiplyExact(batch, channels), Math.multiplyExact(height, width));
    }

    long[] dimensions(int copies) {
        return new long[] {(long) copies * batch, channels, height, width};
    }

    LatentShape ofOne() {
        return new LatentShape(1, channels, height, width);
    }
}
