package io.github.sdfinetune.core.image;

import io.github.sdfinetune.Mask;

/**
 * A rectangle of pixels inside a picture.
 *
 * @param x its first column
 * @param y its first row
 */
public record Region(int x, int y, int width, int height) {
    public Region {
        Sizes.require(
                x >= 0 && y >= 0 && width >= 1 && height >= 1,
                "a region starts at 0, 0 or further and has sides of at least 1, was %dx%d at %d, %d",
                width,
                height,
                x,
                y);
    }

    /**
     * What has to be painted to repaint a mask at the size that suits the model: the smallest rectangle around all that is not
     * black, padded, then grown to the aspect ratio of that size as far as the picture allows. Equal to {@code get_crop_region} of
     * diffusers and "only masked" of AUTOMATIC1111's web interface.
     *
     * @param padding pixels on each side, at least 0
     * @param width of the size to paint at; with the height it gives the aspect ratio
     * @throws IllegalArgumentException if the mask is black all over
     */
    public static Region toRepaint(Mask mask, int padding, int width, int height) {
        Sizes.require(padding >= 0, "the padding of a region must be at least 0, was %d", padding);
        Sizes.require(
                width >= 1 && height >= 1, "a size to paint at has sides of at least 1, was %dx%d", width, height);
        return around(mask).padded(padding, mask).grown((double) width / height, mask);
    }

    /**
     * The smallest rectangle that holds all pixels of a mask that are not black.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static Region around(Mask mask) {
        byte[] gray = mask.gray();
        int left = mask.width();
        int right = -1;
        int top = mask.height();
        int bottom = -1;
        for (int i = 0; i < gray.length; i++) {
            if (gray[i] != 0) {
                left = Math.min(left, i % mask.width());
                right = Math.max(right, i % mask.width());
                top = Math.min(top, i / mask.width());
                bottom = i / mask.width();
            }
        }
        Sizes.require(
                right >= 0,
                "the mask of %dx%d is black all over, so nothing is to be repainted; white is what will be",
                mask.width(),
                mask.height());
        return new Region(left, top, right - left + 1, bottom - top + 1);
    }

    private Region padded(int padding, Mask within) {
        int left = Math.max(x - padding, 0);
        int top = Math.max(y - padding, 0);
        int right = (int) Math.min((long) x + width + padding, within.width());
        int bottom = (int) Math.min((long) y + height + padding, within.height());
        return new Region(left, top, right - left, bottom - top);
    }

    private Region grown(double aspectRatio, Mask within) {
        if ((double) width / height > aspectRatio) {
            int wanted = height + (int) (width / aspectRatio - height);
            int tall = Math.min(wanted, within.height());
            return new Region(x, start(y, wanted - height, within.height() - tall), width, tall);
        }
        int wanted = width + (int) (height * aspectRatio - width);
        int wide = Math.min(wanted, within.width());
        return new Region(start(x, wanted - width, within.width() - wide), y, wide, height);
    }

    private static int start(int start, int growth, int last) {
        return Math.min(Math.max(start - growth / 2, 0), last);
    }
}
