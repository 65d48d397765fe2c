package io.github.sdfinetune.core.image;

import io.github.sdfinetune.Mask;

/** Reduces masks to the size of latents: 1 is repainted, 0 stays. */
public final class MaskReduction {
    private static final int HALF = 128; // 127 of 255 is below 0.5

    private MaskReduction() {}

    /**
     * 0 or 1: values of at least 0.5 count as 1, and of every square of pixels the first one counts. Equal to what the inpainting
     * pipelines of diffusers hand to the UNet ({@code interpolate} with mode nearest of the binarised mask).
     *
     * @param width of the latents
     * @return (height, width)
     */
    public static float[] hard(Mask mask, int width, int height) {
        check(mask, width, height);
        float[] latents = new float[width * height];
        for (int y = 0, to = 0; y < height; y++) {
            for (int x = 0; x < width; x++, to++) {
                latents[to] = mask.at(first(x, mask.width(), width), first(y, mask.height(), height)) >= HALF ? 1 : 0;
            }
        }
        return latents;
    }

    /**
     * 0 to 1: the mean of the pixels that a latent covers, for masks with soft edges ({@code interpolate} with mode area).
     *
     * @param width of the latents
     * @return (height, width)
     */
    public static float[] soft(Mask mask, int width, int height) {
        check(mask, width, height);
        float[] latents = new float[width * height];
        for (int y = 0, to = 0; y < height; y++) {
            for (int x = 0; x < width; x++, to++) {
                latents[to] = mean(
                        mask,
                        first(x, mask.width(), width),
                        end(x, mask.width(), width),
                        first(y, mask.height(), height),
                        end(y, mask.height(), height));
            }
        }
        return latents;
    }

    private static float mean(Mask mask, int left, int right, int top, int bottom) {
        int sum = 0;
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                sum += mask.at(x, y);
            }
        }
        return (float) (sum / (255.0 * (right - left) * (bottom - top)));
    }

    private static int first(int index, int pixels, int latents) {
        return (int) ((long) index * pixels / latents);
    }

    private static int end(int index, int pixels, int latents) {
        return (int) -Math.floorDiv(-(index + 1L) * pixels, (long) latents);
    }

    private static void check(Mask mask, int width, int height) {
        Sizes.require(
                width >= 1 && height >= 1 && width <= mask.width() && height <= mask.height(),
                "latents of %dx%d are no reduction of a mask of %dx%d",
                width,
                height,
                mask.width(),
                mask.height());
    }
}
