package io.github.sdfinetune.core.layer;

import java.util.Map;

/**
 * The linear layers and convolutions of a model.
 *
 * @param byName component and path, such as {@code unet.mid_block.attentions.0.proj_in}, to the layer's shape
 */
public record Layers(Map<String, LayerShape> byName) {

    /**
     * What a layer takes and gives.
     *
     * @param out features or channels
     * @param in features or channels
     */
    public record LayerShape(Kind kind, long out, long in) {}

    /** How a layer is computed. */
    public enum Kind {
        /** Takes (…, in) and gives (…, out), which adapters can change: also the convolutions that are computed on tokens. */
        LINEAR,
        /** Takes and gives feature maps, whatever the side of its kernel. */
        CONVOLUTION
    }
}
