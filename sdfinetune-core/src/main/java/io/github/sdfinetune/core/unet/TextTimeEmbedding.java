package io.github.sdfinetune.core.unet;

import io.github.sdfinetune.core.config.EncoderConfig;
import io.github.sdfinetune.core.layer.Linear;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;

/** The pooled text state and the size numbers of SDXL as one vector beside the timestep's (arXiv:2307.01952). */
final class TextTimeEmbedding {
    private final Numerics numerics;
    private final EncoderConfig.TextTime sizes;
    private final boolean cosineFirst;
    private final double frequencyShift;
    private final Linear linear1;
    private final Linear linear2;

    TextTimeEmbedding(EncoderConfig config, EncoderConfig.TextTime sizes, Weights weights) {
        numerics = weights.numerics();
        this.sizes = sizes;
        cosineFirst = config.flipSinToCos();
        frequencyShift = config.freqShift();
        linear1 = Linear.withBias(weights.at("linear_1"), sizes.inputDim(), TimestepEmbedding.dim(config));
        linear2 = Linear.withBias(weights.at("linear_2"), TimestepEmbedding.dim(config), TimestepEmbedding.dim(config));
    }

    /** From the added conditioning of a batch to (batch, timeDim). */
    Tensor forward(Conditioning.TextTime added, Patches patches) {
        return Scope.keeping(() -> {
            Tensor ids = added.timeIds(); // (batch, numbers)
            Tensor waves = Kernels.sinusoids(
                            ids.reshape(ids.count()), sizes.timeEmbedDim(), cosineFirst, frequencyShift)
                    .reshape(ids.size(0), ids.size(1) * sizes.timeEmbedDim());
            Tensor both = Tensor.concat(1, added.pooled(), waves); // (batch, inputDim)
            Tensor hidden = linear1.forward(numerics.enter(both), patches);
            return linear2.forward(Kernels.silu(hidden), patches);
        });
    }
}
