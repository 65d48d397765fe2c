package io.github.sdfinetune.core.unet;

import io.github.sdfinetune.core.config.EncoderConfig;
import io.github.sdfinetune.core.config.EncoderConfig.BlockType;
import io.github.sdfinetune.core.config.UNetConfig;
import io.github.sdfinetune.core.layer.ResnetBlock;
import io.github.sdfinetune.core.layer.Upsampler;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Mirrors a {@link DownBlock}: each ResNet block also gets one of the down blocks' results, the last one first. */
final class UpBlock {
    private final List<ResnetBlock> resnets = new ArrayList<>();
    private final List<SpatialTransformer> attentions = new ArrayList<>();
    private final @Nullable Upsampler upsampler;

    UpBlock(UNetConfig unet, Weights weights, int index) {
        EncoderConfig config = unet.encoder();
        List<Integer> channels = config.blockOutChannels();
        int last = channels.size() - 1;
        int mirrored = last - index;
        int out = channels.get(mirrored);
        int in = channels.get(Math.min(last, mirrored + 1));
        int lowest = channels.get(Math.max(0, mirrored - 1));
        int layers = config.layersPerBlock().get(mirrored) + 1;
        for (int i = 0; i < layers; i++) {
            int hidden = i == 0 ? in : out;
            int skip = i == layers - 1 ? lowest : out;
            resnets.add(ResnetBlock.timed(
                    weights.at("resnets").at(i),
                    hidden + skip,
                    out,
                    TimestepEmbedding.dim(config),
                    config.normNumGroups(),
                    config.normEps()));
            if (unet.upBlocks().get(index) == BlockType.RESNET_AND_CROSS_ATTENTION) {
                attentions.add(
                        new SpatialTransformer(config, weights.at("attentions").at(i), out, mirrored));
            }
        }
        upsampler = index == last ? null : new Upsampler(weights, out);
    }

    /**
     * Applies the block.
     *
     * @param x (batch, in, height, width)
     * @param skips gives the results of the down blocks
     * @return (batch, out, …, …) in the size of the next skip, or the same size in the last block
     */
    Tensor forward(Tensor x, Step step, Deque<Tensor> skips) {
        Tensor hidden = x;
        for (int i = 0; i < resnets.size(); i++) {
            Tensor below = hidden;
            Tensor skip = skips.pop();
            ResnetBlock resnet = resnets.get(i);
            hidden = Scope.keeping(
                    () -> resnet.forward(Tensor.concat(1, below, skip), step.activatedTime(), step.patches()));
            if (!attentions.isEmpty()) {
                hidden = attentions.get(i).forward(hidden, step);
            }
        }
        if (upsampler != null) {
            // Where a halving was rounded up, doubling would give one pixel too many: the next skip has the right size.
            hidden = upsampler.forward(
                    hidden, skips.element().size(2), skips.element().size(3));
        }
        return hidden;
    }
}
