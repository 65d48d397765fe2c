package io.github.sdfinetune.core.image;

import io.github.sdfinetune.Mask;

/**
 * A picture on a larger canvas, to be continued by inpainting. The new area is filled with the picture mirrored at its edges:
 * colours and grain go on, so that it can be repainted with a strength below 1 too.
 *
 * @param picture the whole canvas
 * @param mask white where the canvas is new
 */
public record Outpainting(RgbImage picture, Mask mask) {

    /** By how many pixels a picture grows on each side; at least 0, and at least 1 somewhere. */
    public record Insets(int left, int top, int right, int bottom) {
        public Insets {
            Sizes.require(
                    left >= 0
                            && top >= 0
                            && right >= 0
                            && bottom >= 0
                            && Math.max(left, right) + Math.max(top, bottom) > 0,
                    "insets must be at least 0 and one of them above 0, were left %d, top %d, right %d, bottom %d",
                    left,
                    top,
                    right,
                    bottom);
        }
    }

    /**
     * Puts a picture on a canvas.
     *
     * @param overlap how many pixels of the old picture fade from almost white to almost black in the mask along the edges that
     *     grow, so that no seam shows; 0 for a hard edge
     */
    public static Outpainting of(RgbImage picture, Insets insets, int overlap) {
        Sizes.require(overlap >= 0, "the overlap with the old picture must be at least 0, was %d", overlap);
        int width = Math.addExact(Math.addExact(insets.left, picture.width()), insets.right);
        int height = Math.addExact(Math.addExact(insets.top, picture.height()), insets.bottom);
        byte[] old = picture.sharedRgb();
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(3, width), height)];
        byte[] gray = new byte[width * height];
        for (int y = 0, to = 0; y < height; y++) {
            int row = mirrored(y - insets.top, picture.height()) * picture.width();
            int whiteOfRow = white(y - insets.top, picture.height(), insets.top > 0, insets.bottom > 0, overlap);
            for (int x = 0; x < width; x++, to++) {
                int from = row + mirrored(x - insets.left, picture.width());
                System.arraycopy(old, 3 * from, rgb, 3 * to, 3);
                int white = white(x - insets.left, picture.width(), insets.left > 0, insets.right > 0, overlap);
                gray[to] = (byte) Math.max(whiteOfRow, white);
            }
        }
        return new Outpainting(new RgbImage(width, height, rgb), Mask.of(width, height, gray));
    }

    /** The index inside of a side whose pixels go on mirrored on both ends, the outermost not doubled. */
    private static int mirrored(int index, int side) {
        int period = Math.max(2 * (side - 1), 1);
        int inPeriod = Math.floorMod(index, period);
        return Math.min(inPeriod, period - inPeriod) % side;
    }

    private static int white(int index, int side, boolean growsBefore, boolean growsBehind, int overlap) {
        int fromStart = growsBefore ? index : Integer.MAX_VALUE;
        int fromEnd = growsBehind ? side - 1 - index : Integer.MAX_VALUE;
        int inside = Math.min(fromStart, fromEnd);
        if (inside < 0) {
            return 255;
        }
        return inside >= overlap ? 0 : (int) Math.rint(255.0 * (overlap - inside) / (overlap + 1));
    }
}
