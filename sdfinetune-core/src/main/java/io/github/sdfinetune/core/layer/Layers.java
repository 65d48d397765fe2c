package io.github.sdfinetune.core.layer;

import java.util.Map;

/**
 * The layers of a model that adapters can change.
 *
 * @param byName component and path, such as {@code unet.mid_block.attentions.0.proj_in}, to the shape of the layer's weight
 */
public record Layers(Map<String, LayerShape> byName) {

    /**
     * The shape of a linear layer or a convolution.
     *
     * @param out features or channels
     * @param in features or channels
     * @param kernel side of a convolution's kernel; 0 for a linear layer. A convolution of side 1 is computed, and can be
     *     changed, like a linear layer where it stands before or after a transformer
     */
    public record LayerShape(long out, long in, long kernel) {

        /** Whether the layer takes (…, in) and gives (…, out). */
        public boolean isLinear() {
            return kernel == 0;
        }
    }
}
