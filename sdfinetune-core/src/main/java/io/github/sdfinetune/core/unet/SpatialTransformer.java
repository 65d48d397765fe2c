package io.github.sdfinetune.core.unet;

import io.github.sdfinetune.core.config.EncoderConfig;
import io.github.sdfinetune.core.layer.GroupNorm;
import io.github.sdfinetune.core.layer.Linear;
import io.github.sdfinetune.core.tensor.Scope;
import io.github.sdfinetune.core.tensor.Tensor;
import io.github.sdfinetune.core.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/** Lets the pixels of a feature map attend to each other and to the text (Transformer2DModel in diffusers). */
final class SpatialTransformer {
    private static final double NORM_EPSILON = 1e-6;

    private final GroupNorm norm;
    private final Linear projIn;
    private final List<TransformerBlock> blocks = new ArrayList<>();
    private final Linear projOut;

    /** @param level of the size: the number of the down block with the same size */
    SpatialTransformer(EncoderConfig config, Weights weights, long channels, int level) {
        norm = new GroupNorm(weights.at("norm"), channels, config.normNumGroups(), NORM_EPSILON);
        projIn = projection(config, weights.at("proj_in"), channels);
        for (int i = 0; i < config.transformerLayers().get(level); i++) {
            blocks.add(new TransformerBlock(
                    weights.at("transformer_blocks").at(i),
                    channels,
                    config.crossAttentionDim(),
                    config.attentionHeads().get(level)));
        }
        projOut = projection(config, weights.at("proj_out"), channels);
    }

    /** SD 1.x has convolutions of side 1 here, SD 2.x linear layers: on tokens both are the same. */
    private static Linear projection(EncoderConfig config, Weights weights, long channels) {
        return config.useLinearProjection()
                ? Linear.withBias(weights, channels, channels)
                : Linear.pointwise(weights, channels, channels);
    }

    /** Applies the transformer to (batch, channels, height, width). */
    Tensor forward(Tensor map, Step step) {
        return Scope.keeping(() -> {
            Tensor tokens = projIn.forward(norm.forward(map).tokens(), step.patches()); // (batch, tokens, channels)
            for (TransformerBlock block : blocks) {
                tokens = block.forward(tokens, step);
            }
            tokens = projOut.forward(tokens, step.patches());
            return map.add(step.numerics().layOut(tokens.map(map.size(2), map.size(3))));
        });
    }
}
