package io.github.sdfinetune.core.weights;

/**
 * How much a weight file may ask for before it is refused, so that a hostile file costs neither memory nor time.
 *
 * @param headerBytes longest header
 * @param tensors most tensors in one file
 * @param dimensions most dimensions of one tensor
 */
public record ReadLimits(int headerBytes, int tensors, int dimensions) {
    public ReadLimits {
        if (headerBytes < 2 || tensors < 1 || dimensions < 1) {
            throw new IllegalArgumentException(
                    "limits must be positive, were " + headerBytes + ", " + tensors + ", " + dimensions);
        }
    }

    /** Far above every published model: 32 MiB, 100,000 tensors, 32 dimensions. */
    public static ReadLimits defaults() {
        return new ReadLimits(32 << 20, 100_000, 32);
    }
}
