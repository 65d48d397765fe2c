package io.github.sdfinetune.core.weights;

/**
 * How much a weight file may ask for before it is refused, so that a hostile file costs neither memory nor time.
 *
 * @param headerBytes longest header; in a torch file, longest pickle
 * @param tensors most tensors in one file
 * @param dimensions most dimensions of one tensor
 * @param values most values of a pickle, and most steps to build them
 * @param depth how deep the values of a pickle may be nested
 * @param repeatedBytes what a tensor of a torch file may take that shows elements more than once; one that does not may be as
 *     large as the data in the file
 */
public record ReadLimits(int headerBytes, int tensors, int dimensions, int values, int depth, int repeatedBytes) {
    public ReadLimits {
        if (headerBytes < 2 || tensors < 1 || dimensions < 1 || values < 1 || depth < 1 || repeatedBytes < 0) {
            throw new IllegalArgumentException("limits must be positive, were " + headerBytes + ", " + tensors + ", "
                    + dimensions + ", " + values + ", " + depth + ", " + repeatedBytes);
        }
    }

    /** Limits of a header; those of pickles are the default ones. */
    public ReadLimits(int headerBytes, int tensors, int dimensions) {
        this(headerBytes, tensors, dimensions, 500_000, 100, 1 << 20);
    }

    /** Far above every published model: 32 MiB, 100,000 tensors, 32 dimensions; 500,000 values, 100 deep, 1 MiB. */
    public static ReadLimits defaults() {
        return new ReadLimits(32 << 20, 100_000, 32);
    }
}
