package io.github.sdfinetune;

import static io.github.sdfinetune.Checks.require;

/**
 * What Stable Diffusion XL is told about the sizes of pictures (section 2.2 of arXiv:2307.01952). Without it the picture counts as
 * made in the size that is generated, and as not cropped.
 *
 * @param prompt for the prompts
 * @param negativePrompt for the negative prompts
 * @param aestheticScore beauty that the refiner is told for the prompts, 1 to 10; the base model has no use for it
 * @param negativeAestheticScore the same for the negative prompts
 */
public record SizeConditioning(
        Sizes prompt, Sizes negativePrompt, double aestheticScore, double negativeAestheticScore) {

    /**
     * Sizes and crop in pixels.
     *
     * @param originalWidth of the picture as it was found
     * @param originalHeight of the picture as it was found
     * @param cropLeft what was cut off at the left, at least 0
     * @param cropTop what was cut off at the top, at least 0
     * @param targetWidth in which it is to be seen
     * @param targetHeight in which it is to be seen
     */
    public record Sizes(
            int originalWidth, int originalHeight, int cropLeft, int cropTop, int targetWidth, int targetHeight) {
        public Sizes {
            require(originalWidth >= 1, "original width must be at least 1, was %s", originalWidth);
            require(originalHeight >= 1, "original height must be at least 1, was %s", originalHeight);
            require(cropLeft >= 0, "crop left must be at least 0, was %s", cropLeft);
            require(cropTop >= 0, "crop top must be at least 0, was %s", cropTop);
            require(targetWidth >= 1, "target width must be at least 1, was %s", targetWidth);
            require(targetHeight >= 1, "target height must be at least 1, was %s", targetHeight);
        }

        /** A picture that was found in this size, is not cropped, and is to be seen in this size. */
        public static Sizes of(int width, int height) {
            return new Sizes(width, height, 0, 0, width, height);
        }

        public Sizes withOriginal(int width, int height) {
            return new Sizes(width, height, cropLeft, cropTop, targetWidth, targetHeight);
        }

        public Sizes withCrop(int left, int top) {
            return new Sizes(originalWidth, originalHeight, left, top, targetWidth, targetHeight);
        }

        public Sizes withTarget(int width, int height) {
            return new Sizes(originalWidth, originalHeight, cropLeft, cropTop, width, height);
        }
    }

    public SizeConditioning {
        require(
                aestheticScore >= 1 && aestheticScore <= 10,
                "aesthetic score must be from 1 to 10, was %s",
                aestheticScore);
        require(
                negativeAestheticScore >= 1 && negativeAestheticScore <= 10,
                "negative aesthetic score must be from 1 to 10, was %s",
                negativeAestheticScore);
    }

    /** The same sizes for prompts and negative prompts, and the scores 6 and 2.5. */
    public static SizeConditioning of(Sizes sizes) {
        return new SizeConditioning(sizes, sizes, 6, 2.5);
    }

    /** A picture that was found in this size and is to be seen in it. */
    public static SizeConditioning of(int width, int height) {
        return of(Sizes.of(width, height));
    }
}
