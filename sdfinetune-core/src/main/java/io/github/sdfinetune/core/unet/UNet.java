package io.github.sdfinetune.core.unet;

import io.github.sdfinetune.core.config.EncoderConfig;
import io.github.sdfinetune.core.config.UNetConfig;
import io.github.sdfinetune.core.layer.Conv2d;
import io.github.sdfinetune.core.layer.GroupNorm;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.ScalarType;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Predicts noise (or velocity) in latents at a timestep, conditioned on text. Immutable and thread-safe. */
public final class UNet {
    private final UNetConfig config;
    private final UNetEncoder encoder;
    private final List<UpBlock> upBlocks = new ArrayList<>();
    private final GroupNorm normOut;
    private final Conv2d convOut;

    public UNet(UNetConfig config, Weights weights) {
        this.config = config;
        EncoderConfig down = config.encoder();
        encoder = new UNetEncoder(down, weights);
        int first = down.blockOutChannels().get(0);
        for (int i = 0; i < down.blockOutChannels().size(); i++) {
            upBlocks.add(new UpBlock(config, weights.at("up_blocks").at(i), i));
        }
        normOut = new GroupNorm(weights.at("conv_norm_out"), first, down.normNumGroups(), down.normEps());
        convOut = Conv2d.same(weights.at("conv_out"), first, config.outChannels());
    }

    /** What it was built from. */
    public UNetConfig config() {
        return config;
    }

    /** One evaluation without ControlNets. See {@link #forward(Tensor, Tensor, Conditioning, Optional, Patches)}. */
    public Tensor forward(Tensor noisyLatents, Tensor timesteps, Conditioning conditioning, Patches patches) {
        return forward(noisyLatents, timesteps, conditioning, Optional.empty(), patches);
    }

    /**
     * One evaluation.
     *
     * @param noisyLatents (batch, inChannels, height/8, width/8), float32
     * @param timesteps (batch) or (1), float32, may be fractional
     * @param conditioning of the same batch
     * @param control what ControlNets add
     * @param patches the adapters of this call
     * @return (batch, outChannels, height/8, width/8), float32
     */
    public Tensor forward(
            Tensor noisyLatents,
            Tensor timesteps,
            Conditioning conditioning,
            Optional<ControlResiduals> control,
            Patches patches) {
        return Scope.keeping(() -> {
            UNetEncoder.Encoded encoded =
                    encoder.forward(noisyLatents, timesteps, conditioning, UnaryOperator.identity(), patches);
            Numerics numerics = encoded.step().numerics();
            Tensor hidden = control.map(residuals -> encoded.mid().add(numerics.enter(residuals.mid())))
                    .orElse(encoded.mid());
            Deque<Tensor> skips = control.map(residuals -> added(encoded.skips(), residuals, numerics))
                    .orElse(encoded.skips());
            for (UpBlock block : upBlocks) {
                hidden = block.forward(hidden, encoded.step(), skips);
            }
            return convOut.forward(normOut.forwardSilu(hidden)).as(ScalarType.FLOAT32);
        });
    }

    private static Deque<Tensor> added(Deque<Tensor> skips, ControlResiduals control, Numerics numerics) {
        Deque<Tensor> sums = new ArrayDeque<>();
        Iterator<Tensor> inOrder = skips.descendingIterator();
        for (Tensor residual : control.down()) {
            sums.push(inOrder.next().add(numerics.enter(residual)));
        }
        return sums;
    }
}
