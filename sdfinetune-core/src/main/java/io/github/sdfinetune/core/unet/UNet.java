package io.github.sdfinetune.core.unet;

import io.github.sdfinetune.core.config.UNetConfig;
import io.github.sdfinetune.core.layer.Conv2d;
import io.github.sdfinetune.core.layer.GroupNorm;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.ScalarType;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Predicts noise (or velocity) in latents at a timestep, conditioned on text. Immutable and thread-safe. */
public final class UNet {
    private final Numerics numerics;
    private final TimestepEmbedding timestepEmbedding;
    private final Conv2d convIn;
    private final List<DownBlock> downBlocks = new ArrayList<>();
    private final MidBlock midBlock;
    private final List<UpBlock> upBlocks = new ArrayList<>();
    private final GroupNorm normOut;
    private final Conv2d convOut;

    public UNet(UNetConfig config, Weights weights) {
        numerics = weights.numerics();
        List<Integer> channels = config.blockOutChannels();
        int first = channels.get(0);
        int last = channels.get(channels.size() - 1);
        timestepEmbedding = new TimestepEmbedding(config, weights.at("time_embedding"));
        convIn = Conv2d.same(weights.at("conv_in"), config.inChannels(), first);
        for (int i = 0; i < channels.size(); i++) {
            downBlocks.add(new DownBlock(config, weights.at("down_blocks").at(i), i));
        }
        midBlock = new MidBlock(config, weights.at("mid_block"), last);
        for (int i = 0; i < channels.size(); i++) {
            upBlocks.add(new UpBlock(config, weights.at("up_blocks").at(i), i));
        }
        normOut = new GroupNorm(weights.at("conv_norm_out"), first, config.normNumGroups(), config.normEps());
        convOut = Conv2d.same(weights.at("conv_out"), first, config.outChannels());
    }

    /**
     * One evaluation.
     *
     * @param noisyLatents (batch, inChannels, height/8, width/8), float32
     * @param timesteps (batch) or (1), float32, may be fractional
     * @param encoderHiddenStates the text, (batch, textTokens, crossAttentionDim), float32
     * @param patches the adapters of this call
     * @return (batch, outChannels, height/8, width/8), float32
     */
    public Tensor forward(Tensor noisyLatents, Tensor timesteps, Tensor encoderHiddenStates, Patches patches) {
        return Scope.keeping(() -> {
            Tensor time = timestepEmbedding.forward(timesteps, patches); // (batch, timeDim)
            Tensor activatedTime = Kernels.silu(time); // what every ResNet block starts from
            Tensor text = numerics.enter(encoderHiddenStates);
            Step step = new Step(activatedTime, text, patches, numerics);

            Deque<Tensor> skips = new ArrayDeque<>();
            Tensor hidden = convIn.forward(numerics.enter(noisyLatents)); // (batch, channels, height/8, width/8)
            skips.push(hidden);
            for (DownBlock block : downBlocks) {
                hidden = block.forward(hidden, step, skips);
            }
            hidden = midBlock.forward(hidden, step);
            for (UpBlock block : upBlocks) {
                hidden = block.forward(hidden, step, skips);
            }
            return convOut.forward(normOut.forwardSilu(hidden)).as(ScalarType.FLOAT32);
        });
    }
}
