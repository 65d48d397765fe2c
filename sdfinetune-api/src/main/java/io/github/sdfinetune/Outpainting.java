package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;

/**
 * A picture that is continued beyond its edges. The new area is filled with the picture mirrored, then repainted.
 *
 * @param left pixels to add at the left, at least 0; one of the four above 0
 * @param top pixels to add above
 * @param right pixels to add at the right
 * @param bottom pixels to add below
 * @param overlap over how many pixels inside the old picture the new one fades out, at least 0; what lies further inside keeps its
 *     bytes
 * @param strength 0 to 1, how far the new area is turned into noise
 */
public record Outpainting(Picture picture, int left, int top, int right, int bottom, int overlap, double strength)
        implements StartingPicture {
    private static final int DEFAULT_OVERLAP = 8;

    public Outpainting {
        require(
                Math.min(Math.min(left, right), Math.min(top, bottom)) >= 0
                        && Math.max(Math.max(left, right), Math.max(top, bottom)) > 0,
                "insets must be at least 0 and one of them above 0, were left %s, top %s, right %s, bottom %s",
                left,
                top,
                right,
                bottom);
        require(overlap >= 0, "overlap must be at least 0, was %s", overlap);
        StartingPicture.requireStrength(strength);
    }

    /** With an overlap of 8 pixels and strength 1. */
    public static Outpainting of(Picture picture, int left, int top, int right, int bottom) {
        return new Outpainting(picture, left, top, right, bottom, DEFAULT_OVERLAP, 1);
    }

    public Outpainting withOverlap(int overlap) {
        return new Outpainting(picture, left, top, right, bottom, overlap, strength);
    }

    public Outpainting withStrength(double strength) {
        return new Outpainting(picture, left, top, right, bottom, overlap, strength);
    }
}
