package io.github.sdfinetune.core.unet;

import io.github.sdfinetune.core.config.EncoderConfig;
import io.github.sdfinetune.core.layer.ResnetBlock;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;

/** A transformer between two ResNet blocks, at the smallest size. */
final class MidBlock {
    private final ResnetBlock first;
    private final SpatialTransformer attention;
    private final ResnetBlock second;

    MidBlock(EncoderConfig config, Weights weights, long channels) {
        int last = config.blockOutChannels().size() - 1;
        first = resnet(config, weights.at("resnets").at(0), channels);
        attention = new SpatialTransformer(config, weights.at("attentions").at(0), channels, last);
        second = resnet(config, weights.at("resnets").at(1), channels);
    }

    private static ResnetBlock resnet(EncoderConfig config, Weights weights, long channels) {
        return ResnetBlock.timed(
                weights, channels, channels, TimestepEmbedding.dim(config), config.normNumGroups(), config.normEps());
    }

    /** Applies the block to (batch, channels, height, width). */
    Tensor forward(Tensor x, Step step) {
        Tensor hidden = first.forward(x, step.activatedTime(), step.patches());
        hidden = attention.forward(hidden, step);
        return second.forward(hidden, step.activatedTime(), step.patches());
    }
}
