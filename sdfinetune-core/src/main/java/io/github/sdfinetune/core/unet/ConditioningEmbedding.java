package io.github.sdfinetune.core.unet;

import io.github.sdfinetune.core.config.ControlNetConfig;
import io.github.sdfinetune.core.layer.Conv2d;
import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/** Convolutions from a control picture to the first feature map of a UNet. */
final class ConditioningEmbedding {
    private final List<Conv2d> activated = new ArrayList<>();
    private final Conv2d convOut;

    ConditioningEmbedding(ControlNetConfig config, Weights weights) {
        List<Integer> channels = config.embeddingChannels();
        activated.add(Conv2d.same(weights.at("conv_in"), config.conditioningChannels(), channels.get(0)));
        Weights blocks = weights.at("blocks");
        for (int i = 0; i < channels.size() - 1; i++) {
            int in = channels.get(i);
            activated.add(Conv2d.same(blocks.at(2 * i), in, in));
            activated.add(Conv2d.halving(blocks.at(2 * i + 1), in, channels.get(i + 1), 1));
        }
        convOut = Conv2d.same(
                weights.at("conv_out"),
                channels.get(channels.size() - 1),
                config.encoder().blockOutChannels().get(0));
    }

    /** From (batch, 3, height, width) to (batch, channels, height/8, width/8). */
    Tensor forward(Tensor picture) {
        Tensor hidden = picture;
        for (Conv2d convolution : activated) {
            hidden = Kernels.silu(convolution.forward(hidden));
        }
        return convOut.forward(hidden);
    }
}
