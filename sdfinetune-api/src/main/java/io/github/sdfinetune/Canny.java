package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The edges of a picture (Canny 1986, doi:10.1109/TPAMI.1986.4767851), which steer a ControlNet for edges. As OpenCV finds them
 * in the gray picture: Sobel gradients of 3x3 pixels with the edge of the picture repeated, strength {@code |dx| + |dy|}.
 */
public final class Canny {
    /** {@code tan(22.5°)} with {@link #FRACTION_BITS}; {@code tan(67.5°)} is 2 more. */
    private static final int TAN_22 = 13573;

    private static final int FRACTION_BITS = 15;

    private final int width;
    private final int height;
    private final byte[] gray;

    private Canny(Picture picture) {
        width = picture.width();
        height = picture.height();
        gray = Luma.of(picture, 9798, 19235, 3735, 15);
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
        int[] dx = new int[gray.length];
        int[] dy = new int[gray.length];
        int[] strength = new int[gray.length];
        for (int y = 0, i = 0; y < height; y++) {
            for (int x = 0; x < width; x++, i++) {
                dx[i] = smoothed(x + 1, y, 0, 1) - smoothed(x - 1, y, 0, 1);
                dy[i] = smoothed(x, y + 1, 1, 0) - smoothed(x, y - 1, 1, 0);
                strength[i] = Math.abs(dx[i]) + Math.abs(dy[i]);
            }
        }
        boolean[] ridge = new boolean[gray.length];
        Deque<Integer> sure = new ArrayDeque<>();
        for (int i = 0; i < gray.length; i++) {
            ridge[i] = strength[i] > low && isRidge(strength, i % width, i / width, dx[i], dy[i]);
            if (ridge[i] && strength[i] > high) {
                sure.push(i);
            }
        }
        return joined(ridge, sure);
    }

    /** Three pixels in a line around the given one, the middle one twice. */
    private int smoothed(int x, int y, int acrossX, int acrossY) {
        return gray(x - acrossX, y - acrossY) + 2 * gray(x, y) + gray(x + acrossX, y + acrossY);
    }

    private int gray(int x, int y) {
        return gray[Math.min(Math.max(y, 0), height - 1) * width + Math.min(Math.max(x, 0), width - 1)] & 0xff;
    }

    /** Whether no neighbour in the direction of the gradient is stronger; of two that are equal, the first one is. */
    private boolean isRidge(int[] strength, int x, int y, int dx, int dy) {
        int own = strength[y * width + x];
        long steep = (long) Math.abs(dy) << FRACTION_BITS;
        long flat = (long) Math.abs(dx) * TAN_22;
        if (steep < flat) {
            return own > at(strength, x - 1, y) && own >= at(strength, x + 1, y);
        }
        if (steep > flat + ((long) Math.abs(dx) << (FRACTION_BITS + 1))) {
            return own > at(strength, x, y - 1) && own >= at(strength, x, y + 1);
        }
        int side = (dx ^ dy) < 0 ? -1 : 1;
        return own > at(strength, x - side, y - 1) && own > at(strength, x + side, y + 1);
    }

    private int at(int[] strength, int x, int y) {
        return x < 0 || y < 0 || x >= width || y >= height ? 0 : strength[y * width + x];
    }

    /** The sure pixels and all that can be reached from them over ridges, diagonals included. */
    private Picture joined(boolean[] ridge, Deque<Integer> sure) {
        byte[] rgb = new byte[3 * gray.length];
        while (!sure.isEmpty()) {
            int pixel = sure.pop();
            if (!ridge[pixel]) {
                continue;
            }
            ridge[pixel] = false;
            rgb[3 * pixel] = rgb[3 * pixel + 1] = rgb[3 * pixel + 2] = (byte) 255;
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
        return Picture.of(width, height, rgb);
    }
}
