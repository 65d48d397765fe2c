package io.github.sdfinetune.lora;

import java.util.List;

/**
 * A LoRA of one layer, which adds {@code scale * alpha / rank * up(down(input))} to the layer's output (arXiv:2106.09685).
 *
 * @param layer component and path, such as {@code unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q}
 * @param down (rank, in)
 * @param up (out, rank)
 * @param pointwise whether the file holds it as a convolution of side 1, which computes the same as a linear layer
 * @param keys the names of its tensors in the file it came from
 */
record LoraModule(String layer, Matrix down, Matrix up, double alpha, boolean pointwise, List<String> keys) {
    LoraModule {
        if (up.columns() != down.rows()) {
            throw new IllegalArgumentException("the factors have the ranks " + down.rows() + " and " + up.columns());
        }
        if (!Double.isFinite(alpha)) {
            throw new IllegalArgumentException("alpha must be finite, was " + alpha);
        }
        keys = List.copyOf(keys);
    }

    int rank() {
        return down.rows();
    }

    double scale() {
        return alpha / rank();
    }

    /** The first part of the layer's name, such as {@code unet}. */
    String component() {
        return layer.substring(0, layer.indexOf('.'));
    }

    /** The rest of the layer's name. */
    String path() {
        return layer.substring(layer.indexOf('.') + 1);
    }
}
