package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * The edges of a picture (Canny 1986, doi:10.1109/TPAMI.1986.4767851), which steer a ControlNet for edges. Bit for bit those of
 * OpenCV's {@code Canny(rgb, low, high)}, by which such networks are trained: Sobel gradients of 3x3 pixels with the edge of the
 * picture repeated, strength {@code |dx| + |dy|}, at each pixel of the colour in which it is greatest.
 */
public final class Canny {
    /** {@code tan(22.5°)} with {@link #FRACTION_BITS}; {@code tan(67.5°)} is 2 more. */
    private static final int TAN_22 = 13573;

    private static final int FRACTION_BITS = 15;

    private static final int COLOURS = 3;

    private final int width;
    private final int height;
    private final byte[] rgb;
    private final int[] dx;
    private final int[] dy;
    private final int[] strength;

    private Canny(Picture picture) {
        width = picture.width();
        height = picture.height();
        rgb = picture.sharedRgb();
        int pixels = width * height;
        dx = new int[pixels];
        dy = new int[pixels];
        strength = new int[pixels];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int colour = 0; colour < COLOURS; colour++) {
                    keepIfStronger(x, y, colour);
                }
            }
        }
    }

    private void keepIfStronger(int x, int y, int colour) {
        int across = smoothed(x + 1, y, 0, 1, colour) - smoothed(x - 1, y, 0, 1, colour);
        int down = smoothed(x, y + 1, 1, 0, colour) - smoothed(x, y - 1, 1, 0, colour);
        int here = y * width + x;
        int sum = Math.abs(across) + Math.abs(down);
        if (sum > strength[here]) {
            strength[here] = sum;
            dx[here] = across;
            dy[here] = down;
        }
    }

    /** Three samples in a line around the given one, the middle one twice. */
    private int smoothed(int x, int y, int acrossX, int acrossY, int colour) {
        return sample(x - acrossX, y - acrossY, colour)
                + 2 * sample(x, y, colour)
                + sample(x + acrossX, y + acrossY, colour);
    }

    private int sample(int x, int y, int colour) {
        int pixel = Math.min(Math.max(y, 0), height - 1) * width + Math.min(Math.max(x, 0), width - 1);
        return rgb[COLOURS * pixel + colour] & 0xff;
    }

    /** {@link #edges(Picture, int, int)} between 100 and 200, as ControlNets for edges were trained. */
    public static Picture edges(Picture picture) {
        return edges(picture, 100, 200);
    }

    /**
     * White lines of one pixel on black.
     *
     * @param low edges stronger than this are kept if they are joined to stronger ones
     * @param high edges stronger than this are kept
     * @throws IllegalArgumentException unless 0 ≤ low ≤ high
     */
    public static Picture edges(Picture picture, int low, int high) {
        require(
                0 <= low && low <= high,
                "the thresholds of edges must be 0 <= low <= high, were low %d and high %d",
                low,
                high);
        return new Canny(picture).edges(low, high);
    }

    private Picture edges(int low, int high) {
        boolean[] ridge = new boolean[strength.length];
        Deque<Integer> sure = new ArrayDeque<>();
        for (int i = 0; i < ridge.length; i++) {
            ridge[i] = strength[i] > low && isRidge(i % width, i / width);
            if (ridge[i] && strength[i] > high) {
                sure.push(i);
            }
        }
        return joined(ridge, sure);
    }

    /** Whether no neighbour in the direction of the gradient is stronger; of two that are equal, the first one is. */
    private boolean isRidge(int x, int y) {
        int here = y * width + x;
        int own = strength[here];
        long steep = (long) Math.abs(dy[here]) << FRACTION_BITS;
        long flat = (long) Math.abs(dx[here]) * TAN_22;
        if (steep < flat) {
            return own > strengthAt(x - 1, y) && own >= strengthAt(x + 1, y);
        }
        if (steep > flat + ((long) Math.abs(dx[here]) << (FRACTION_BITS + 1))) {
            return own > strengthAt(x, y - 1) && own >= strengthAt(x, y + 1);
        }
        int side = (dx[here] ^ dy[here]) < 0 ? -1 : 1;
        return own > strengthAt(x - side, y - 1) && own > strengthAt(x + side, y + 1);
    }

    private int strengthAt(int x, int y) {
        return x < 0 || y < 0 || x >= width || y >= height ? 0 : strength[y * width + x];
    }

    /** The sure pixels and all that can be reached from them over ridges, diagonals included. */
    private Picture joined(boolean[] ridge, Deque<Integer> sure) {
        byte[] lines = new byte[rgb.length];
        while (!sure.isEmpty()) {
            int pixel = sure.pop();
            if (!ridge[pixel]) {
                continue;
            }
            ridge[pixel] = false;
            Arrays.fill(lines, COLOURS * pixel, COLOURS * pixel + COLOURS, (byte) 255);
            int x = pixel % width;
            int y = pixel / width;
            for (int nextY = Math.max(y - 1, 0); nextY <= Math.min(y + 1, height - 1); nextY++) {
                for (int nextX = Math.max(x - 1, 0); nextX <= Math.min(x + 1, width - 1); nextX++) {
                    if (ridge[nextY * width + nextX]) {
                        sure.push(nextY * width + nextX);
                    }
                }
            }
        }
        return Picture.of(width, height, lines);
    }
}
