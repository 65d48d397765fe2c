package io.github.sdfinetune.core.unet;

import io.github.sdfinetune.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * What ControlNets add to the results of a UNet's encoder (arXiv:2302.05543).
 *
 * @param down one for each skip connection, in the order of the down blocks, each of that map's size; in the UNet's own type
 * @param mid for the middle block
 */
public record ControlResiduals(List<Tensor> down, Tensor mid) {
    public ControlResiduals {
        down = List.copyOf(down);
    }

    /** Of two ControlNets that act together. */
    public ControlResiduals add(ControlResiduals other) {
        List<Tensor> sums = new ArrayList<>();
        for (int i = 0; i < down.size(); i++) {
            sums.add(down.get(i).add(other.down.get(i)));
        }
        return new ControlResiduals(sums, mid.add(other.mid));
    }
}
