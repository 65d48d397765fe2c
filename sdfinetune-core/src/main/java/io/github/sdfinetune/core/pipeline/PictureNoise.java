package io.github.sdfinetune.core.pipeline;

import io.github.sdfinetune.core.scheduler.NoiseDraw;

/** The noise of a request, in the order of use. */
interface PictureNoise extends NoiseDraw {

    /**
     * Noise for encoding one input picture, which all pictures of the batch share; but where each has a generator of its own, each
     * has noise of its own.
     *
     * @return (batch, channels, height/8, width/8)
     */
    float[] drawForInput();
}
