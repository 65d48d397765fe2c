package io.github.sdfinetune.core.image;

/**
 * How large a picture file may be, so that a small file that claims to be huge is refused before memory is given to it.
 *
 * @param bytes of the file
 * @param pixels width times height, as the file's header states them
 */
public record ImageLimits(long bytes, long pixels) {
    /** 512 MiB and 200 million pixels. */
    public static final ImageLimits DEFAULT = new ImageLimits(512L << 20, 200_000_000);
}
