package io.github.sdfinetune.core.vae;

import io.github.sdfinetune.core.config.VaeConfig;
import io.github.sdfinetune.core.layer.Attention;
import io.github.sdfinetune.core.layer.GroupNorm;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.layer.ResnetBlock;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;

/** Attention over all pixels between two ResNet blocks, at the size of the latents. */
final class MidBlock {
    private final Numerics numerics;
    private final ResnetBlock first;
    private final GroupNorm attentionNorm;
    private final Attention attention;
    private final ResnetBlock second;

    MidBlock(VaeConfig config, Weights weights, long channels) {
        int groups = config.normNumGroups();
        Weights attentionWeights = weights.at("attentions").at(0);
        numerics = weights.numerics();
        first = ResnetBlock.plain(weights.at("resnets").at(0), channels, channels, groups, Autoencoder.NORM_EPSILON);
        attentionNorm = new GroupNorm(attentionWeights.at("group_norm"), channels, groups, Autoencoder.NORM_EPSILON);
        attention = Attention.overPixels(attentionWeights, channels);
        second = ResnetBlock.plain(weights.at("resnets").at(1), channels, channels, groups, Autoencoder.NORM_EPSILON);
    }

    /** Applies the block to (batch, channels, height, width). */
    Tensor forward(Tensor x) {
        return Scope.keeping(() -> {
            Tensor hidden = first.forward(x);
            Tensor tokens = attentionNorm.forward(hidden).tokens(); // (batch, height·width, channels)
            Tensor mixed = attention.forward(tokens, tokens, Patches.none()).map(hidden.size(2), hidden.size(3));
            return second.forward(hidden.add(numerics.layOut(mixed)));
        });
    }
}
