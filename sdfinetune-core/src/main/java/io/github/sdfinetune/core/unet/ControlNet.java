package io.github.sdfinetune.core.unet;

import io.github.sdfinetune.core.config.ControlNetConfig;
import io.github.sdfinetune.core.config.EncoderConfig;
import io.github.sdfinetune.core.layer.Conv2d;
import io.github.sdfinetune.core.layer.Patches;
import io.github.sdfinetune.core.tensor.Kernels;
import io.github.sdfinetune.core.tensor.Numerics;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A trained copy of a UNet's encoder that also sees a picture and adds to what the UNet hands from its down blocks to its up blocks
 * (arXiv:2302.05543). Immutable and thread-safe.
 */
public final class ControlNet {
    private final ControlNetConfig config;
    private final Numerics numerics;
    private final ConditioningEmbedding conditioningEmbedding;
    private final UNetEncoder encoder;
    private final List<Conv2d> zeroConvolutions = new ArrayList<>(); // for the skip connections, then for the middle

    public ControlNet(ControlNetConfig config, Weights weights) {
        this.config = config;
        numerics = weights.numerics();
        conditioningEmbedding = new ConditioningEmbedding(config, weights.at("controlnet_cond_embedding"));
        encoder = new UNetEncoder(config.encoder(), weights);
        for (int channels : skipChannels(config.encoder())) {
            Weights own = weights.at("controlnet_down_blocks").at(zeroConvolutions.size());
            zeroConvolutions.add(Conv2d.pointwise(own, channels, channels));
        }
        int deepest = config.encoder()
                .blockOutChannels()
                .get(config.encoder().blockOutChannels().size() - 1);
        zeroConvolutions.add(Conv2d.pointwise(weights.at("controlnet_mid_block"), deepest, deepest));
    }

    /** Channels of what a UNet hands over: the first feature map, then the results of each down block. */
    private static List<Integer> skipChannels(EncoderConfig config) {
        List<Integer> blocks = config.blockOutChannels();
        List<Integer> channels = new ArrayList<>();
        channels.add(blocks.get(0));
        for (int i = 0; i < blocks.size(); i++) {
            int halving = i == blocks.size() - 1 ? 0 : 1;
            for (int layer = 0; layer < config.layersPerBlock().get(i) + halving; layer++) {
                channels.add(blocks.get(i));
            }
        }
        return channels;
    }

    /** What it was built from. */
    public ControlNetConfig config() {
        return config;
    }

    /**
     * Embeds control pictures, which is the same for all steps.
     *
     * @param pictures (batch, 3, height, width), red, green, blue, from 0 to 1, float32
     * @return (batch, channels, height/8, width/8)
     */
    public Tensor embed(Tensor pictures) {
        return Scope.keeping(() -> {
            Tensor ordered = config.blueFirst()
                    ? Tensor.concat(1, pictures.narrow(1, 2, 1), pictures.narrow(1, 1, 1), pictures.narrow(1, 0, 1))
                    : pictures;
            return conditioningEmbedding.forward(numerics.enter(ordered));
        });
    }

    /**
     * One evaluation.
     *
     * @param noisyLatents (batch, inChannels, height/8, width/8), float32
     * @param timesteps (batch) or (1), float32
     * @param conditioning of the same batch
     * @param embedded control pictures, of the same batch or one for all
     * @param scale how strongly it acts
     * @param guess whether the outer residuals are weakened down to a tenth, as in guess mode; without effect on a network that
     *     averages over the picture
     */
    public ControlResiduals forward(
            Tensor noisyLatents,
            Tensor timesteps,
            Conditioning conditioning,
            Tensor embedded,
            double scale,
            boolean guess) {
        try (Scope scope = Scope.open()) {
            UNetEncoder.Encoded encoded =
                    encoder.forward(noisyLatents, timesteps, conditioning, map -> map.add(embedded), Patches.none());
            List<Tensor> residuals = new ArrayList<>();
            Iterator<Tensor> skips = encoded.skips().descendingIterator();
            for (int i = 0; i < zeroConvolutions.size(); i++) {
                Tensor hidden = skips.hasNext() ? skips.next() : encoded.mid();
                Tensor residual = zeroConvolutions.get(i).forward(hidden).multiply(scale * weight(i, guess));
                residuals.add(scope.keep(config.globalPool() ? Kernels.spatialMean(residual) : residual));
            }
            int last = residuals.size() - 1;
            return new ControlResiduals(residuals.subList(0, last), residuals.get(last));
        }
    }

    /** In guess mode from a tenth at the first to 1 at the last, equally spaced as logarithms. */
    private double weight(int index, boolean guess) {
        int last = zeroConvolutions.size() - 1;
        return guess && !config.globalPool() ? Math.pow(10, (double) index / last - 1) : 1;
    }
}
