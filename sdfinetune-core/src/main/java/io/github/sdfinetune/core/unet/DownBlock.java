package io.github.sdfinetune.core.unet;

import io.github.sdfinetune.core.config.EncoderConfig;
import io.github.sdfinetune.core.config.EncoderConfig.BlockType;
import io.github.sdfinetune.core.layer.Conv2d;
import io.github.sdfinetune.core.layer.ResnetBlock;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ResNet blocks, each followed by a transformer where the configuration has one, then a halving of the size in all but the last. */
final class DownBlock {
    private final List<ResnetBlock> resnets = new ArrayList<>();
    private final List<SpatialTransformer> attentions = new ArrayList<>();
    private final @Nullable Conv2d downsampler;

    DownBlock(EncoderConfig config, Weights weights, int index) {
        List<Integer> channels = config.blockOutChannels();
        int out = channels.get(index);
        int in = channels.get(Math.max(0, index - 1));
        for (int i = 0; i < config.layersPerBlock().get(index); i++) {
            resnets.add(ResnetBlock.timed(
                    weights.at("resnets").at(i),
                    i == 0 ? in : out,
                    out,
                    TimestepEmbedding.dim(config),
                    config.normNumGroups(),
                    config.normEps()));
            if (config.downBlocks().get(index) == BlockType.RESNET_AND_CROSS_ATTENTION) {
                attentions.add(
                        new SpatialTransformer(config, weights.at("attentions").at(i), out, index));
            }
        }
        downsampler = index == channels.size() - 1
                ? null
                : Conv2d.halving(weights.at("downsamplers").at(0).at("conv"), out, out, 1);
    }

    /**
     * Applies the block.
     *
     * @param x (batch, in, height, width)
     * @param skips takes every intermediate result
     * @return (batch, out, height/2, width/2), rounded up, or the same size in the last block
     */
    Tensor forward(Tensor x, Step step, Deque<Tensor> skips) {
        Tensor hidden = x;
        for (int i = 0; i < resnets.size(); i++) {
            hidden = resnets.get(i).forward(hidden, step.activatedTime(), step.patches());
            if (!attentions.isEmpty()) {
                hidden = attentions.get(i).forward(hidden, step);
            }
            skips.push(hidden);
        }
        if (downsampler != null) {
            hidden = downsampler.forward(hidden);
            skips.push(hidden);
        }
        return hidden;
    }
}
