package io.github.sdfinetune.core.vae;

import io.github.sdfinetune.core.config.VaeConfig;
import io.github.sdfinetune.core.layer.Conv2d;
import io.github.sdfinetune.core.layer.GroupNorm;
import io.github.sdfinetune.core.layer.ResnetBlock;
import io.github.sdfinetune.core.layer.Upsampler;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/** From latents to pictures. */
final class Decoder {
    private final Conv2d convIn;
    private final MidBlock midBlock;
    private final List<Block> blocks = new ArrayList<>();
    private final GroupNorm normOut;
    private final Conv2d convOut;

    /** ResNet blocks, then a doubling of the size in all blocks but the last. */
    private record Block(List<ResnetBlock> resnets, List<Upsampler> upsamplers) {
        Tensor forward(Tensor x) {
            Tensor hidden = x;
            for (ResnetBlock resnet : resnets) {
                hidden = resnet.forward(hidden);
            }
            for (Upsampler upsampler : upsamplers) {
                hidden = upsampler.forward(hidden);
            }
            return hidden;
        }
    }

    Decoder(VaeConfig config, Weights weights) {
        List<Integer> channels = config.blockOutChannels();
        int last = channels.size() - 1;
        convIn = Conv2d.same(weights.at("conv_in"), config.latentChannels(), channels.get(last));
        midBlock = new MidBlock(config, weights.at("mid_block"), channels.get(last));
        for (int i = 0; i <= last; i++) {
            blocks.add(block(config, weights.at("up_blocks").at(i), i));
        }
        normOut = new GroupNorm(
                weights.at("conv_norm_out"), channels.get(0), config.normNumGroups(), Autoencoder.NORM_EPSILON);
        convOut = Conv2d.same(weights.at("conv_out"), channels.get(0), config.outChannels());
    }

    private static Block block(VaeConfig config, Weights weights, int index) {
        List<Integer> channels = config.blockOutChannels();
        int last = channels.size() - 1;
        int out = channels.get(last - index);
        int in = channels.get(Math.min(last, last - index + 1));
        List<ResnetBlock> resnets = new ArrayList<>();
        for (int i = 0; i <= config.layersPerBlock(); i++) {
            resnets.add(ResnetBlock.plain(
                    weights.at("resnets").at(i),
                    i == 0 ? in : out,
                    out,
                    config.normNumGroups(),
                    Autoencoder.NORM_EPSILON));
        }
        return new Block(resnets, index == last ? List.of() : List.of(new Upsampler(weights, out)));
    }

    /** From (batch, latentChannels, height/factor, width/factor) to (batch, 3, height, width). */
    Tensor forward(Tensor latents) {
        return Scope.keeping(() -> {
            Tensor hidden = midBlock.forward(convIn.forward(latents));
            for (Block block : blocks) {
                Tensor before = hidden;
                hidden = Scope.keeping(() -> block.forward(before));
            }
            return convOut.forward(normOut.forwardSilu(hidden));
        });
    }
}
