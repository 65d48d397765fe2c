package io.github.sdfinetune.core.vae;

import io.github.sdfinetune.core.config.VaeConfig;
import io.github.sdfinetune.core.layer.Conv2d;
import io.github.sdfinetune.core.layer.GroupNorm;
import io.github.sdfinetune.core.layer.ResnetBlock;
import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/** From pictures to the moments of their latents. */
final class Encoder {
    private final Conv2d convIn;
    private final List<Block> blocks = new ArrayList<>();
    private final MidBlock midBlock;
    private final GroupNorm normOut;
    private final Conv2d convOut;

    /** ResNet blocks, then a halving of the size in all blocks but the last. */
    private record Block(List<ResnetBlock> resnets, List<Conv2d> downsamplers) {
        Tensor forward(Tensor x) {
            Tensor hidden = x;
            for (ResnetBlock resnet : resnets) {
                hidden = resnet.forward(hidden);
            }
            for (Conv2d downsampler : downsamplers) {
                hidden = downsampler.forward(Kernels.padRightAndBottom(hidden));
            }
            return hidden;
        }
    }

    Encoder(VaeConfig config, Weights weights) {
        List<Integer> channels = config.blockOutChannels();
        int last = channels.size() - 1;
        convIn = Conv2d.same(weights.at("conv_in"), config.inChannels(), channels.get(0));
        for (int i = 0; i <= last; i++) {
            blocks.add(block(config, weights.at("down_blocks").at(i), channels.get(Math.max(0, i - 1)), i));
        }
        midBlock = new MidBlock(config, weights.at("mid_block"), channels.get(last));
        normOut = new GroupNorm(
                weights.at("conv_norm_out"), channels.get(last), config.normNumGroups(), Autoencoder.NORM_EPSILON);
        convOut = Conv2d.same(weights.at("conv_out"), channels.get(last), 2L * config.latentChannels());
    }

    private static Block block(VaeConfig config, Weights weights, int in, int index) {
        int out = config.blockOutChannels().get(index);
        List<ResnetBlock> resnets = new ArrayList<>();
        for (int i = 0; i < config.layersPerBlock(); i++) {
            resnets.add(ResnetBlock.plain(
                    weights.at("resnets").at(i),
                    i == 0 ? in : out,
                    out,
                    config.normNumGroups(),
                    Autoencoder.NORM_EPSILON));
        }
        boolean lastBlock = index == config.blockOutChannels().size() - 1;
        return new Block(
                resnets,
                lastBlock
                        ? List.of()
                        : List.of(
                                Conv2d.halving(weights.at("downsamplers").at(0).at("conv"), out, out, 0)));
    }

    /** From (batch, 3, height, width) to (batch, 2·latentChannels, height/factor, width/factor). */
    Tensor forward(Tensor images) {
        return Scope.keeping(() -> {
            Tensor hidden = convIn.forward(images);
            for (Block block : blocks) {
                Tensor before = hidden;
                hidden = Scope.keeping(() -> block.forward(before));
            }
            return convOut.forward(normOut.forwardSilu(midBlock.forward(hidden)));
        });
    }
}
