package io.github.sdfinetune.core.unet;

import io.github.sdfinetune.core.config.EncoderConfig;
import io.github.sdfinetune.core.layer.Conv2d;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The first half of a UNet, down to its middle: what a ControlNet is a copy of. */
final class UNetEncoder {
    private final Numerics numerics;
    private final TimestepEmbedding timestepEmbedding;
    private final Optional<TextTimeEmbedding> textTimeEmbedding;
    private final Conv2d convIn;
    private final List<DownBlock> downBlocks = new ArrayList<>();
    private final MidBlock midBlock;

    /**
     * What comes out.
     *
     * @param step for the blocks of the second half
     * @param skips results of the down blocks, the last one first
     * @param mid result of the middle block
     */
    record Encoded(Step step, Deque<Tensor> skips, Tensor mid) {}

    UNetEncoder(EncoderConfig config, Weights weights) {
        numerics = weights.numerics();
        List<Integer> channels = config.blockOutChannels();
        timestepEmbedding = new TimestepEmbedding(config, weights.at("time_embedding"));
        textTimeEmbedding =
                config.textTime().map(added -> new TextTimeEmbedding(config, added, weights.at("add_embedding")));
        convIn = Conv2d.same(weights.at("conv_in"), config.inChannels(), channels.get(0));
        for (int i = 0; i < channels.size(); i++) {
            downBlocks.add(new DownBlock(config, weights.at("down_blocks").at(i), i));
        }
        midBlock = new MidBlock(config, weights.at("mid_block"), channels.get(channels.size() - 1));
    }

    /**
     * Runs down to the middle.
     *
     * @param noisyLatents (batch, inChannels, height/8, width/8)
     * @param timesteps (batch) or (1)
     * @param entry what is done to the first feature map
     */
    Encoded forward(
            Tensor noisyLatents,
            Tensor timesteps,
            Conditioning conditioning,
            UnaryOperator<Tensor> entry,
            Patches patches) {
        Tensor time = timestepEmbedding.forward(timesteps, patches); // (batch, timeDim)
        if (textTimeEmbedding.isPresent()) {
            time = textTimeEmbedding
                    .get()
                    .forward(conditioning.textTime().orElseThrow(), patches)
                    .add(time);
        }
        Tensor activatedTime = Kernels.silu(time); // what every ResNet block starts from
        Step step = new Step(activatedTime, numerics.enter(conditioning.encoderHiddenStates()), patches, numerics);

        Deque<Tensor> skips = new ArrayDeque<>();
        Tensor hidden =
                entry.apply(convIn.forward(numerics.enter(noisyLatents))); // (batch, channels, height/8, width/8)
        skips.push(hidden);
        for (DownBlock block : downBlocks) {
            hidden = block.forward(hidden, step, skips);
        }
        return new Encoded(step, skips, midBlock.forward(hidden, step));
    }
}
