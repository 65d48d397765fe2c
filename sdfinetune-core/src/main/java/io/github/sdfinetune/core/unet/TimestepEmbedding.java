package io.github.sdfinetune.core.unet;

import io.github.sdfinetune.core.config.EncoderConfig;
import io.github.sdfinetune.core.layer.Linear;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;

/** Timesteps as sinusoids, then two linear layers. */
final class TimestepEmbedding {
    private final Numerics numerics;
    private final int sinusoids;
    private final boolean cosineFirst;
    private final double frequencyShift;
    private final Linear linear1;
    private final Linear linear2;

    /** Length of the embedding: four times the channels of the first block. */
    static int dim(EncoderConfig config) {
        return 4 * config.blockOutChannels().get(0);
    }

    TimestepEmbedding(EncoderConfig config, Weights weights) {
        numerics = weights.numerics();
        sinusoids = config.blockOutChannels().get(0);
        cosineFirst = config.flipSinToCos();
        frequencyShift = config.freqShift();
        linear1 = Linear.withBias(weights.at("linear_1"), sinusoids, dim(config));
        linear2 = Linear.withBias(weights.at("linear_2"), dim(config), dim(config));
    }

    /** From (batch) to (batch, timeDim). */
    Tensor forward(Tensor timesteps, Patches patches) {
        return Scope.keeping(() -> {
            Tensor waves = Kernels.sinusoids(timesteps, sinusoids, cosineFirst, frequencyShift);
            Tensor hidden = linear1.forward(numerics.enter(waves), patches);
            return linear2.forward(Kernels.silu(hidden), patches);
        });
    }
}
