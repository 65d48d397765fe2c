package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.core.image.RgbImage;
import java.util.Optional;

/**
 * A picture to start from.
 *
 * @param image in the size of the pictures to be made
 * @param mask what of it is to be repainted
 * @param strength how far it is turned into noise, 0 (not at all) to 1
 */
record InitialPicture(RgbImage image, Optional<LatentMask> mask, double strength) {

    /**
     * What is repainted.
     *
     * @param latents how much of each latent, (height/8, width/8), 0 to 1
     * @param pixels how much of each pixel, (height, width), 0 to 1
     */
    record LatentMask(float[] latents, float[] pixels) {}
}
